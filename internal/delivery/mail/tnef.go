package mail

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What is read of Outlook's winmail.dat: [MS-OXTNEF] 2.1. Each attribute is a level, an id, a
// length, so many bytes, and a checksum; numbers have their low byte first.
const (
	tnefSignature = 0x223e9f78
	tnefRendering = 0x00069002 // an attachment begins
	tnefTitle     = 0x00018010 // its name
	tnefData      = 0x0006800f // its bytes
	tnefProps     = 0x00069005 // more about it, its long name among them
)

// tnef unpacks the files of a winmail.dat; nothing where it holds none, or is broken before
// the first.
func tnef(content []byte) (out []File) {
	if len(content) < 6 || binary.LittleEndian.Uint32(content) != tnefSignature {
		return nil
	}
	for rest := content[6:]; len(rest) >= 9; { // after the signature comes a key
		id, length := binary.LittleEndian.Uint32(rest[1:]), binary.LittleEndian.Uint32(rest[5:])
		if int64(length)+2 > int64(len(rest)-9) {
			break
		}
		value := rest[9 : 9+length]
		rest = rest[9+length+2:]
		if id == tnefRendering {
			out = append(out, File{})
			continue
		}
		if len(out) == 0 {
			continue // about the letter, not about a file
		}
		f := &out[len(out)-1]
		switch id {
		case tnefTitle:
			if f.Filename == "" {
				f.Filename = ansi(value)
			}
		case tnefData:
			f.Content = bytes.Clone(value)
		case tnefProps:
			if long := longName(value); long != "" {
				f.Filename = long
			}
		}
	}
	kept := out[:0]
	for _, f := range out {
		if len(f.Content) > 0 {
			f.MediaType = "application/octet-stream"
			f.Filename = fileName(f.Filename, f.MediaType)
			kept = append(kept, f)
		}
	}
	return kept
}

// longName looks for PR_ATTACH_LONG_FILENAME, as UTF-16 (0x3707001F) or in Windows' alphabet
// (0x3707001E): the tag, how many values there are, the length, the name.
func longName(props []byte) string {
	for _, wide := range []bool{true, false} {
		tag := []byte{0x1e, 0x00, 0x07, 0x37}
		if wide {
			tag[0] = 0x1f
		}
		at := bytes.Index(props, tag)
		if at < 0 || len(props) < at+12 {
			continue
		}
		length := binary.LittleEndian.Uint32(props[at+8:])
		name := props[at+12:]
		if uint64(length) > uint64(len(name)) {
			continue
		}
		if wide {
			return utf16Text(name[:length])
		}
		return ansi(name[:length])
	}
	return ""
}

func utf16Text(b []byte) string {
	var out strings.Builder
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(binary.LittleEndian.Uint16(b[i:]))
		if r == 0 {
			break
		}
		if !utf8.ValidRune(r) {
			r = utf8.RuneError
		}
		out.WriteRune(r)
	}
	return out.String()
}

// ansi reads a text of Windows that ends with a zero.
func ansi(b []byte) string {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	if utf8.Valid(b) {
		return string(b)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return ""
	}
	return string(text)
}
