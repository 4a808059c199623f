package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	_ "image/gif" // pictures that can be read
	"image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

const (
	thumbnailSide = 512 // pixels of the longer side
	// decoded is how much memory a picture may take while its small one is drawn. It is
	// reckoned from the size in its header, before anything is unpacked.
	decoded = 400 << 20
)

var (
	errTooManyPixels = errors.New("files: a picture of more pixels than are drawn")
	errNoPicture     = errors.New("files: nothing that can be drawn")
)

// shrink draws a picture small and upright, on white where it is transparent.
func shrink(raw []byte) (small []byte, width, height int, err error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, 0, err
	}
	if c.Width <= 0 || c.Height <= 0 {
		return nil, 0, 0, errNoPicture
	}
	if int64(c.Width)*int64(c.Height)*bytesOf(c.ColorModel, format) > decoded {
		return nil, 0, 0, errTooManyPixels
	}
	whole, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, 0, err
	}
	turn := orientation(raw)
	width, height = upright(c.Width, c.Height, turn)
	small, err = encode(turned(scaled(whole), turn))
	return small, width, height, err
}

// bytesOf is how many a pixel takes while it is decoded.
func bytesOf(m color.Model, format string) int64 {
	switch {
	case format == "jpeg":
		return 8 // a progressive one is kept as coefficients, too
	case m == color.GrayModel:
		return 1
	case m == color.Gray16Model:
		return 2
	case m == color.RGBA64Model || m == color.NRGBA64Model:
		return 8
	}
	return 4
}

// scaled fits a picture into the thumbnail's square; a smaller one keeps its size.
func scaled(from image.Image) *image.RGBA {
	b := from.Bounds()
	w, h := fit(b.Dx(), b.Dy(), thumbnailSide)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(to, to.Bounds(), from, b, draw.Over, nil)
	return to
}

func fit(w, h, side int) (int, int) {
	longer := max(w, h)
	if longer <= side {
		return w, h
	}
	return max(1, w*side/longer), max(1, h*side/longer)
}

func encode(m image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 80})
	return out.Bytes(), err
}

// turned does what a camera's orientation asks for: 1 is upright, 2 to 8 as EXIF has them.
func turned(from *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	tw, th := upright(w, h, orientation)
	to := image.NewRGBA(image.Rect(0, 0, tw, th))
	for y := range h {
		for x := range w {
			tx, ty := place(x, y, w, h, orientation)
			copy(to.Pix[to.PixOffset(tx, ty):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	return to
}

func place(x, y, w, h, orientation int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x // 8
}

// upright swaps the sides of what lies on its side.
func upright(w, h, orientation int) (int, int) {
	if orientation >= 5 && orientation <= 8 {
		return h, w
	}
	return w, h
}

// orientation reads how a camera was held from a JPEG's EXIF; 1 where it does not say.
func orientation(raw []byte) int {
	const upright = 1
	if len(raw) < 4 || raw[0] != 0xff || raw[1] != 0xd8 {
		return upright
	}
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff; {
		marker, size := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		end := at + 2 + size
		if marker == 0xda || size < 2 || end > len(raw) { // the picture itself begins
			return upright
		}
		if body := raw[at+4 : end]; marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return orientationTag(body[6:])
		}
		at = end
	}
	return upright
}

// orientationTag finds the tag 0x0112 in the first directory of a TIFF.
func orientationTag(tiff []byte) int {
	const upright = 1
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case !bytes.HasPrefix(tiff, []byte("MM\x00*")):
		return upright
	}
	if len(tiff) < 8 {
		return upright
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return upright
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if v := int(order.Uint16(tiff[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
			return upright
		}
	}
	return upright
}
