package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/rules"
)

// attached uploads the files of an event, whose names come first in its words: each in
// brackets. They are drawn here, so that the demo shows no real person's.
func (f *filler) attached(ctx context.Context, by rules.Actor, e *event) (ids []uuid.UUID, err error) {
	for strings.HasPrefix(e.text, "[") {
		name, rest, _ := strings.Cut(e.text[1:], "]")
		e.text = strings.TrimSpace(rest)
		raw, err := drawn(name)
		if err != nil {
			return nil, err
		}
		in := files.Incoming{ID: id("attachment", e.thread, name), Filename: name, Bytes: bytes.NewReader(raw)}
		a, _, err := f.files.Upload(ctx, by, in)
		if err != nil {
			return nil, fmt.Errorf("attach %s: %w", name, err)
		}
		ids = append(ids, a.ID)
	}
	return ids, nil
}

func drawn(name string) ([]byte, error) {
	switch {
	case strings.HasSuffix(name, ".pdf"):
		return report(), nil
	case strings.HasSuffix(name, ".png"):
		var out bytes.Buffer
		err := png.Encode(&out, hand())
		return out.Bytes(), err
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, rash(), &jpeg.Options{Quality: 85})
	return out.Bytes(), err
}

// bone is a line with thick ends, as an X-ray shows one.
type bone struct{ x1, y1, x2, y2, thick float64 }

// hand is a picture as of an X-ray: five fingers of three bones, and a wrist.
func hand() image.Image {
	const w, h = 900, 1200
	var bones []bone
	for i := range 5 {
		angle, at := -0.42+0.21*float64(i), 300+75*float64(i)
		x, y, length := at, 700.0, 190.0
		if i == 0 || i == 4 {
			length = 150
		}
		for range 4 {
			x2, y2 := x+math.Sin(angle)*length, y-math.Cos(angle)*length
			bones = append(bones, bone{x, y, x2, y2, 13 + length/18})
			x, y, length = x+(x2-x)*1.12, y+(y2-y)*1.12, length*0.66
		}
	}
	bones = append(bones, bone{380, 880, 360, 1190, 44}, bone{530, 880, 560, 1190, 36})
	for i := range 8 { // the wrist's
		x, y := 345+float64(i%4)*72, 760+float64(i/4)*62
		bones = append(bones, bone{x, y, x + 22, y + 8, 26})
	}
	noise := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // the same on every run
	m := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			light := 14 + noise.Float64()*8
			for _, b := range bones {
				light += b.light(float64(x), float64(y))
			}
			m.SetGray(x, y, color.Gray{uint8(min(235, light))})
		}
	}
	return m
}

// light is bright within a bone, brightest at its rim, with the soft parts around it.
func (b bone) light(x, y float64) float64 {
	dx, dy := b.x2-b.x1, b.y2-b.y1
	t := min(1, max(0, ((x-b.x1)*dx+(y-b.y1)*dy)/(dx*dx+dy*dy)))
	away := math.Hypot(x-b.x1-t*dx, y-b.y1-t*dy)
	thick := b.thick * (0.72 + 0.5*math.Abs(2*t-1))
	soft := 24 * math.Exp(-away*away/(2*thick*thick*6))
	if away > thick {
		return soft
	}
	return soft + 85 + 50*(away/thick)*(away/thick)*(away/thick)
}

// rash is a picture of skin with some red spots.
func rash() image.Image {
	const w, h = 1000, 750
	dice := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // the same on every run
	spots := make([]bone, 26)
	for i := range spots {
		spots[i] = bone{x1: 300 + dice.NormFloat64()*130 + 200, y1: 380 + dice.NormFloat64()*110, thick: 12 + dice.Float64()*26}
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			shade := 1 - 0.28*math.Hypot(float64(x-w/2)/w, float64(y-h/2)/h) + dice.Float64()*0.02
			red := 0.0
			for _, s := range spots {
				d := math.Hypot(float64(x)-s.x1, float64(y)-s.y1)
				red += math.Exp(-d * d / (2 * s.thick * s.thick))
			}
			red = min(1, red)
			m.SetRGBA(x, y, color.RGBA{uint8(226 * shade), uint8((184 - 96*red) * shade), uint8((160 - 78*red) * shade), 255})
		}
	}
	return m
}

// report is a laboratory's, of one page.
func report() []byte {
	var page strings.Builder
	line := func(font string, size, x, y int, text string) {
		fmt.Fprintf(&page, "BT /%s %d Tf %d %d Td (%s) Tj ET\n", font, size, x, y, text)
	}
	line("B", 20, 60, 770, "Laboratory report")
	line("R", 11, 60, 748, "Harbour Street Clinic, blood count and inflammation")
	for i, row := range [][3]string{
		{"Haemoglobin", "13.9 g/dl", "12.0 to 15.5"},
		{"Leucocytes", "6.4 /nl", "4.0 to 10.0"},
		{"Platelets", "248 /nl", "150 to 400"},
		{"CRP", "2.1 mg/l", "below 5.0"},
		{"Vitamin D", "41 nmol/l", "50 to 125"},
		{"Calcium", "2.35 mmol/l", "2.15 to 2.55"},
	} {
		for column, text := range row {
			line("R", 12, 60+column*170, 690-i*28, text)
		}
		fmt.Fprintf(&page, "0.8 G 60 %d m 535 %d l S\n", 680-i*28, 680-i*28)
	}
	line("R", 11, 60, 490, "Vitamin D is a little low; everything else is within range.")
	parts := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</R 5 0 R/B 6 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", page.Len(), page.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	at := make([]int, len(parts))
	for i, part := range parts {
		at[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj%s endobj\n", i+1, part)
	}
	begins := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(parts)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(parts)+1, begins)
	return out.Bytes()
}
