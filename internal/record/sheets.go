package record

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"
)

// Measures are in millimetres, sizes of letters in points.
const (
	left, right, top, bottom = 20.0, 190.0, 20.0, 275.0
	indent                   = 26.0
	bodySize                 = 9.5
	smallSize                = 8.0
	fineSize                 = 6.5
)

// ink is a colour.
type ink struct{ r, g, b int }

var (
	black  = ink{20, 28, 24}
	grey   = ink{92, 104, 98}
	green  = ink{11, 107, 93}
	yellow = ink{122, 84, 0}
)

// sheets are pages of A4 that are filled from the top, line by line.
type sheets struct {
	pdf *fpdf.Fpdf
	y   float64 // where the next line begins
}

func newSheets(title, author string, at time.Time) *sheets {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("dejavu", "", regular)
	pdf.AddUTF8FontFromBytes("dejavu", "B", bold)
	pdf.SetTitle(title, true)
	pdf.SetAuthor(author, true)
	pdf.SetCreator("Frontdesk", true)
	pdf.SetCreationDate(at)
	pdf.SetModificationDate(at)
	pdf.SetAutoPageBreak(false, 0)
	s := &sheets{pdf: pdf}
	s.turn()
	return s
}

// turn begins a new page.
func (s *sheets) turn() {
	s.pdf.AddPage()
	s.y = top
}

// need turns the page where less room is left.
func (s *sheets) need(height float64) {
	if s.y+height > bottom {
		s.turn()
	}
}

// style is how a text looks.
type style struct {
	bold bool
	size float64
	ink  ink
}

func (s *sheets) dress(as style) (lineHeight float64) {
	weight := ""
	if as.bold {
		weight = "B"
	}
	s.pdf.SetFont("dejavu", weight, as.size)
	s.pdf.SetTextColor(as.ink.r, as.ink.g, as.ink.b)
	return as.size * 0.5
}

// text fills the width from x with lines, over as many pages as it needs.
func (s *sheets) text(x float64, as style, words string) {
	for paragraph := range strings.SplitSeq(printable(words), "\n") {
		rtl := rightToLeft(paragraph)
		align := "L"
		if rtl {
			align = "R"
		}
		height := s.dress(as)
		for _, line := range s.wrap(shape(paragraph), right-x) {
			s.need(height)
			s.dress(as) // a new page begins undressed
			s.pdf.SetXY(x, s.y)
			s.pdf.CellFormat(right-x, height, visual(line, rtl), "", 0, align, false, 0, "")
			s.y += height
		}
	}
}

// wrap cuts a paragraph at spaces, and a word where it alone is too wide.
func (s *sheets) wrap(paragraph string, width float64) (lines []string) {
	width -= 2.2 // the margin inside a cell, on both sides
	space := s.pdf.GetStringWidth(" ")
	line, used := "", 0.0
	for i, word := range strings.Split(paragraph, " ") {
		w := s.pdf.GetStringWidth(word)
		if i > 0 && used+space+w <= width {
			line, used = line+" "+word, used+space+w
			continue
		}
		if i > 0 {
			lines = append(lines, line)
		}
		for w > width {
			cut := s.fits(word, width)
			lines = append(lines, word[:cut])
			word = word[cut:]
			w = s.pdf.GetStringWidth(word)
		}
		line, used = word, w
	}
	return append(lines, line)
}

// fits is how many bytes of a word are as wide as that, and never none.
func (s *sheets) fits(word string, width float64) int {
	used := 0.0
	for i, r := range word {
		if used += s.pdf.GetStringWidth(string(r)); used > width && i > 0 {
			return i
		}
	}
	return len(word)
}

func (s *sheets) title(clinic, title string) {
	s.text(left, style{size: 11, ink: green, bold: true}, clinic)
	s.y++
	s.text(left, style{size: 17, ink: black, bold: true}, title)
	s.y += 3
}

// fact is a line of two columns.
func (s *sheets) fact(name, value string) {
	s.need(6)
	y := s.y
	s.text(left, style{size: bodySize, ink: grey}, name)
	s.y = y
	s.text(left+28, style{size: bodySize, ink: black}, value)
	s.y += 0.6
}

func (s *sheets) notice(words string) {
	s.y += 2
	s.text(left, style{size: bodySize, ink: yellow, bold: true}, words)
}

func (s *sheets) heading(words, about string) {
	s.y += 7
	s.need(30)
	s.rule(0.4, green)
	s.y += 2
	s.text(left, style{size: 12.5, ink: green, bold: true}, words)
	if about != "" {
		s.text(left, style{size: smallSize, ink: grey}, about)
	}
}

func (s *sheets) day(words string) {
	s.y += 4
	s.need(18)
	s.text(left, style{size: bodySize, ink: black, bold: true}, words)
	s.rule(0.1, grey)
}

func (s *sheets) rule(width float64, in ink) {
	s.pdf.SetDrawColor(in.r, in.g, in.b)
	s.pdf.SetLineWidth(width)
	s.pdf.Line(left+1, s.y, right-1, s.y)
	s.y++
}

// entry is the head of a message: whose it is, and how it went.
func (s *sheets) entry(author, way string, note bool) {
	s.y += 2
	s.need(14)
	in := black
	if note {
		in = yellow
	}
	s.text(left, style{size: bodySize, ink: in, bold: true}, author)
	s.text(left, style{size: smallSize, ink: grey}, way)
}

func (s *sheets) subject(words string) {
	s.text(indent, style{size: bodySize, ink: black, bold: true}, words)
}

func (s *sheets) body(words string, note bool) {
	in := black
	if note {
		in = yellow
	}
	s.text(indent, style{size: bodySize, ink: in}, words)
}

func (s *sheets) aside(words string) { s.text(indent, style{size: smallSize, ink: grey}, words) }

func (s *sheets) fine(words string) { s.text(indent, style{size: fineSize, ink: grey}, words) }

// finish numbers the pages, now that it is known how many there are.
func (s *sheets) finish(about string, to io.Writer) error {
	pages := s.pdf.PageCount()
	for n := 1; n <= pages; n++ {
		s.pdf.SetPage(n)
		height := s.dress(style{size: smallSize, ink: grey})
		s.pdf.SetXY(left, 283)
		words := printable(about)
		s.pdf.CellFormat(130, height, visual(shape(words), rightToLeft(words)), "", 0, "L", false, 0, "")
		s.pdf.CellFormat(right-left-130, height, fmt.Sprintf("Page %d of %d", n, pages), "", 0, "R", false, 0, "")
	}
	return s.pdf.Output(to)
}
