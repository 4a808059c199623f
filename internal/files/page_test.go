package files

import (
	"bytes"
	"errors"
	"image"
	"testing"
	"time"
)

const onePage = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 51>>stream
BT /F1 72 Tf 60 640 Td (Laboratory report) Tj ET   
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`

func TestTheFirstPageOfAPDF(t *testing.T) {
	t.Parallel()
	p := pages{cache: t.TempDir()}
	for range 2 {
		began := time.Now()
		small, err := p.first(t.Context(), []byte(onePage))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("drawn in %s", time.Since(began))
		m, _, err := image.Decode(bytes.NewReader(small))
		if err != nil || m.Bounds().Dy() < thumbnailSide-2 || m.Bounds().Dx() != 361 {
			t.Fatalf("drawn as %v (%v)", m.Bounds(), err)
		}
		if dark := darkest(m); dark > 0x4000 {
			t.Errorf("nothing is written on it: %x", dark)
		}
	}
	for name, damaged := range map[string]string{"cut short": onePage[:200], "none": "%PDF-1.7\nnothing", "endless": "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>"} {
		if _, err := p.first(t.Context(), []byte(damaged)); !errors.Is(err, errNoPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func darkest(m image.Image) uint32 {
	dark := uint32(0xffff)
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			r, _, _, _ := m.At(x, y).RGBA()
			dark = min(dark, r)
		}
	}
	return dark
}
