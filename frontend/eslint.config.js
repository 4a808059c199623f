import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
	{ ignores: ['dist/', 'node_modules/', 'test-results/', 'src/lib/openapi.gen.ts', 'public/'] },
	...ts.configs.recommended,
	...svelte.configs.recommended,
	{ languageOptions: { globals: { ...globals.browser, ...globals.node } } },
	{ files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
	// State classes hold plain maps too, of which nothing is shown.
	{ files: ['src/lib/*.svelte.ts'], rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
	{
		files: ['src/**/*.svelte'],
		rules: {
			'no-restricted-globals': ['error', 'fetch', 'WebSocket', 'localStorage'],
			'svelte/no-navigation-without-resolve': 'off' // there is no SvelteKit here
		}
	}
);
