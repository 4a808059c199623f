package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"testing"
)

func TestSmallPicturesStandUpright(t *testing.T) {
	t.Parallel()
	for orientation := 1; orientation <= 8; orientation++ {
		small, w, h, err := shrink([]byte(held(t, 1200, 600, orientation)))
		if err != nil {
			t.Fatal(err)
		}
		c, format, err := image.DecodeConfig(bytes.NewReader(small))
		wantW, wantH := 1200, 600
		if orientation > 4 {
			wantW, wantH = 600, 1200
		}
		if err != nil || format != "jpeg" || w != wantW || h != wantH || max(c.Width, c.Height) != thumbnailSide || (c.Width > c.Height) != (w > h) {
			t.Errorf("held as %d: %d × %d, small %d × %d %s (%v)", orientation, w, h, c.Width, c.Height, format, err)
		}
	}
}

// The red corner of a picture is where it would be seen.
func TestTurning(t *testing.T) {
	t.Parallel()
	red := color.RGBA{255, 0, 0, 255}
	at := map[int]image.Point{1: {0, 0}, 2: {2, 0}, 3: {2, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 2}, 8: {0, 2}}
	for orientation, want := range at {
		m := image.NewRGBA(image.Rect(0, 0, 3, 2))
		m.Set(0, 0, red)
		if got := turned(m, orientation); got.At(want.X, want.Y) != red {
			t.Errorf("orientation %d: the corner is not at %v", orientation, want)
		}
	}
}

func TestTransparentIsWhite(t *testing.T) {
	t.Parallel()
	var raw bytes.Buffer
	if err := png.Encode(&raw, image.NewNRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	small, _, _, err := shrink(raw.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := image.Decode(bytes.NewReader(small))
	if r, _, _, _ := m.At(4, 4).RGBA(); err != nil || r < 0xf000 {
		t.Errorf("red is %x (%v)", r, err)
	}
}

// A few bytes that claim a billion pixels are not unpacked.
func TestBombsAreNotUnpacked(t *testing.T) {
	t.Parallel()
	raw := []byte(picture(t, "png", 1, 1))
	binary.BigEndian.PutUint32(raw[16:], 40_000)
	binary.BigEndian.PutUint32(raw[20:], 40_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	if _, _, _, err := shrink(raw); !errors.Is(err, errTooManyPixels) {
		t.Errorf("answered %v", err)
	}
	jpeg := []byte(picture(t, "jpeg", 1, 1))
	at := bytes.Index(jpeg, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(jpeg[at+5:], 65_000)
	binary.BigEndian.PutUint16(jpeg[at+7:], 65_000)
	if _, _, _, err := shrink(jpeg); !errors.Is(err, errTooManyPixels) {
		t.Errorf("answered %v", err)
	}
}
