package mail

import (
	"regexp"
	"strings"
)

var (
	// wrote is the line above a quote, or the two or three that a program has made of it.
	wrote = regexp.MustCompile(`(?i)^(>?\s*)(` +
		`on\b.{4,200}\bwrote|` +
		`(am|on)\b.{4,200}\bschrieb\b.{0,120}|` +
		`le\b.{4,200}\ba \x{e9}crit|` +
		`el\b.{4,200}\bescribi\x{f3}|` +
		`em\b.{4,200}\bescreveu|` +
		`il\b.{4,200}\bha scritto|` +
		`op\b.{4,200}\bschreef\b.{0,120}|` +
		`.{0,80}\bschrieb am\b.{4,120}|` +
		`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{4,160}<[^<>\s]+@[^<>\s]+>.{0,10}` +
		`)\s?:\s*$`)
	original  = regexp.MustCompile(`(?i)^\s*-{2,}\s*(original message|urspr\x{fc}ngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original)\s*-{2,}\s*$`)
	forwarded = regexp.MustCompile(`(?i)^\s*(-{2,}\s*(forwarded message|weitergeleitete nachricht|message transf\x{e9}r\x{e9}|mensaje reenviado)\s*-{2,}|begin forwarded message:|anfang der weitergeleiteten nachricht:)\s*$`)
	above     = regexp.MustCompile(`(?i)(reply above this line|bitte antworten sie oberhalb dieser zeile|oberhalb dieser zeile antworten|antworten sie \x{fc}ber dieser zeile)`)
	headFrom  = regexp.MustCompile(`(?i)^[>*\s]*(from|von|de|da|van)\s*:\*?\s.+`)
	headSent  = regexp.MustCompile(`(?i)^[>*\s]*(sent|date|gesendet|datum|envoy\x{e9}|enviado( el)?|inviato|verzonden)\s*:\*?\s.+`)
	headTitle = regexp.MustCompile(`(?i)^[>*\s]*(subject|betreff|objet|asunto|oggetto|onderwerp|assunto)\s*:`)
	device    = regexp.MustCompile(`(?i)^(sent from my .{2,40}|sent from (mail|outlook|yahoo mail|aol|proton mail)\b.{0,60}|von meinem .{2,40} gesendet|gesendet von .{2,60}|diese nachricht wurde von meinem .{2,80} gesendet\.?|get outlook for .{2,20}|holen sie sich outlook .{2,30}|envoy\x{e9} de mon .{2,40}|enviado desde mi .{2,40}|inviato da .{2,40})$`)
)

// narrow makes of the spaces that French puts before a colon the ordinary one.
var narrow = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// forwards: the subject says that the earlier message is what the mail is about.
var forwards = regexp.MustCompile(`(?i)^\s*(fwd?|wg|tr|rv|enc|doorst)\s*:`)

// fold splits a plain text into what is new and what was quoted, both as they stood. Answers
// between the quoted lines keep those lines, which they would make no sense without; and a
// text that is nothing but a quote is not folded at all.
func fold(text string) (fresh, quoted string) {
	if strings.TrimSpace(text) == "" {
		return "", ""
	}
	lines := strings.Split(text, "\n")
	end := len(lines)
	for i, line := range lines {
		if above.MatchString(line) && len(line) < 200 {
			end = i
			break
		}
	}
	cut := endOfNew(lines[:end])
	cut = signatureStart(lines[:cut])
	for cut > 0 && strings.Trim(lines[cut-1], " \t>_") == "" {
		cut--
	}
	fresh = strings.Trim(strings.Join(lines[:cut], "\n"), "\n")
	if strings.TrimSpace(fresh) == "" {
		return strings.Trim(text, "\n"), ""
	}
	return fresh, strings.Trim(strings.Join(lines[cut:], "\n"), "\n")
}

// endOfNew finds the line where the earlier messages begin and nothing new follows.
func endOfNew(lines []string) int {
	end := len(lines)
	for i := 0; i < len(lines); i++ {
		if forwarded.MatchString(lines[i]) {
			return end // what was forwarded is what the mail is about
		}
		if n := opens(lines[i:]); n > 0 {
			if !answeredBelow(lines[i+n:]) {
				return i
			}
			i += n - 1
		}
	}
	// A quote without a line above it: what is quoted at the very end.
	for end > 0 && quotedLine(lines[end-1]) {
		end--
	}
	if end > 0 && end < len(lines) && strings.HasSuffix(strings.TrimSpace(lines[end-1]), ":") && strings.Contains(lines[end-1], "@") {
		end--
	}
	return end
}

func quotedLine(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '>'
}

// opens tells how many lines at the start say that a quote follows.
func opens(lines []string) int {
	if original.MatchString(lines[0]) {
		return 1
	}
	line := ""
	for n := 1; n <= min(3, len(lines)); n++ {
		next := strings.TrimSpace(narrow.Replace(lines[n-1]))
		if next == "" {
			break
		}
		line = strings.TrimSpace(line + " " + next)
		if len(line) > 400 {
			break
		}
		if line[len(line)-1] == ':' && wrote.MatchString(line) && certain(line, lines[n:]) {
			return n
		}
	}
	from, sent := headFrom.MatchString(lines[0]), headSent.MatchString(lines[0])
	if !from && !sent {
		return 0
	}
	for n, line := range lines[1:min(8, len(lines))] {
		from, sent = from || headFrom.MatchString(line), sent || headSent.MatchString(line)
		if from && sent && headTitle.MatchString(line) {
			return n + 2
		}
	}
	return 0
}

// certain: the line names a day or an address, or what follows is marked as quoted. "This is
// what the doctor wrote:" is a sentence like others.
func certain(line string, rest []string) bool {
	if strings.ContainsAny(line, "0123456789@") {
		return true
	}
	for _, next := range rest {
		if next = strings.TrimSpace(next); next != "" {
			return next[0] == '>'
		}
	}
	return true
}

// answeredBelow tells whether something new stands among what follows a quote's first line: after
// lines that are marked as quoted, some that are not.
func answeredBelow(rest []string) bool {
	marked := false
	for i, line := range rest {
		switch {
		case strings.TrimSpace(line) == "":
		case quotedLine(line):
			marked = true
		case !marked:
			return false // nothing is marked: it goes on like this to the end
		default:
			return signatureStart(rest[i:]) > 0
		}
	}
	return false
}

const longestSignature = 15 // lines

// signatureStart is where the signature begins, or the end.
func signatureStart(lines []string) int {
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	if end == 0 {
		return 0
	}
	if device.MatchString(strings.TrimSpace(lines[end-1])) {
		return end - 1
	}
	for i := end - 1; i >= max(0, end-longestSignature-1); i-- {
		if lines[i] == "-- " || lines[i] == "--" {
			return i
		}
	}
	return len(lines)
}
