package mail

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// tnefAttribute writes one as Outlook does.
func tnefAttribute(level byte, id uint32, value []byte) []byte {
	var out bytes.Buffer
	out.WriteByte(level)
	_ = binary.Write(&out, binary.LittleEndian, id)
	_ = binary.Write(&out, binary.LittleEndian, uint32(len(value)))
	out.Write(value)
	sum := uint16(0)
	for _, b := range value {
		sum += uint16(b)
	}
	_ = binary.Write(&out, binary.LittleEndian, sum)
	return out.Bytes()
}

func winmail(attributes ...[]byte) []byte {
	return append([]byte{0x78, 0x9f, 0x3e, 0x22, 1, 0}, bytes.Join(attributes, nil)...)
}

func TestWinmailIsUnpacked(t *testing.T) {
	t.Parallel()
	long := append([]byte{1, 0, 0, 0, 0x1f, 0, 7, 0x37, 1, 0, 0, 0, 22, 0, 0, 0}, []byte("B\x00e\x00f\x00u\x00n\x00d\x00 \x00\xe4\x00.\x00p\x00\x00\x00")...)
	raw := winmail(
		tnefAttribute(1, 0x0002800c, []byte("the body\x00")),
		tnefAttribute(2, tnefRendering, make([]byte, 14)),
		tnefAttribute(2, tnefTitle, []byte("BEFUND~1.PDF\x00")),
		tnefAttribute(2, tnefData, []byte("%PDF-1.7")),
		tnefAttribute(2, tnefProps, long),
		tnefAttribute(2, tnefRendering, make([]byte, 14)),
		tnefAttribute(2, tnefTitle, []byte("gr\xfc\xdfe.txt\x00")),
		tnefAttribute(2, tnefData, []byte("hello")),
	)
	got := tnef(raw)
	if len(got) != 2 || got[0].Filename != "Befund ä.p" || string(got[0].Content) != "%PDF-1.7" || got[1].Filename != "grüße.txt" || string(got[1].Content) != "hello" {
		t.Errorf("%+v", got)
	}
	for n := range raw {
		for _, f := range tnef(raw[:n]) {
			if len(f.Content) == 0 {
				t.Errorf("cut at %d there is a file without bytes", n)
			}
		}
	}
	if got := tnef([]byte("not at all")); got != nil {
		t.Errorf("%v", got)
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(winmail(tnefAttribute(2, tnefRendering, make([]byte, 14)), tnefAttribute(2, tnefProps, []byte{0x1f, 0, 7, 0x37, 1, 0, 0, 0, 2, 0, 0, 0}), tnefAttribute(2, tnefData, []byte("x"))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, file := range tnef(raw) {
			if len(file.Content) == 0 || file.Filename == "" {
				t.Errorf("%+v", file)
			}
		}
	})
}
