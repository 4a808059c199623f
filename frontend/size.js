// Says what a first visit loads, and fails over the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgets = { 'index.html': 90, 'portal.html': 60, 'signin.html': 60 }; // KB of gzipped script

function scripts(file, seen = new Set()) {
	const text = readFileSync(`dist/${file}`, 'utf8');
	const found = file.endsWith('.html')
		? [...text.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((m) => m[1])
		: [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map((m) => `assets/${m[1]}`);
	for (const next of found) if (!seen.has(next)) scripts(next, seen.add(next));
	return seen;
}

let over = false;
for (const [page, budget] of Object.entries(budgets)) {
	const bytes = [...scripts(page)].reduce((sum, f) => sum + gzipSync(readFileSync(`dist/${f}`)).length, 0);
	const kb = bytes / 1024;
	over ||= kb > budget;
	console.log(`${page.padEnd(12)} ${kb.toFixed(1).padStart(6)} KB of ${budget} KB gzipped script`);
}
if (over) process.exit(1);
