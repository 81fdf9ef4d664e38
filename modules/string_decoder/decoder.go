// Package stringdecoder is Node's string_decoder module: bytes to strings without breaking a
// character that is split between two chunks. Streams use [Decoder] from Go.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/string_decoder.html.
package stringdecoder

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

var empty = bind.Constant("").(goja.String)

// Decoder decodes one sequence of chunks. The zero Decoder decodes UTF-8.
//
// Source: Node v20 src/string_decoder.cc, whose handling of broken input is visible to programs.
type Decoder struct {
	enc      buffer.Encoding
	missing  int     // bytes that the character in held still needs
	buffered int     // bytes of it that have come
	held     [4]byte // the character
}

// New returns a decoder.
func New(enc buffer.Encoding) *Decoder { return &Decoder{enc: enc} }

// Encoding returns what the decoder decodes.
func (d *Decoder) Encoding() buffer.Encoding { return d.enc }

// Write returns the text of the characters that b completes. b is lent.
func (d *Decoder) Write(b []byte) goja.String {
	switch d.enc {
	case buffer.ASCII, buffer.Latin1, buffer.Hex:
		return d.decode(b)
	}
	if len(b) == 0 {
		return empty
	}
	prefix := empty
	if d.missing > 0 {
		b, prefix = d.complete(b)
		if len(b) == 0 {
			return prefix
		}
	}
	d.cut(b)
	if d.buffered > 0 {
		copy(d.held[:], b[len(b)-d.buffered:])
		b = b[:len(b)-d.buffered]
	}
	if len(b) == 0 {
		return prefix
	}
	body := d.decode(b)
	if prefix.Length() == 0 {
		return body
	}
	return prefix.Concat(body)
}

// complete adds bytes of b to the held character. It returns the rest of b and, if the character
// is whole, its text.
func (d *Decoder) complete(b []byte) (rest []byte, text goja.String) {
	if d.enc == buffer.UTF8 {
		for i := 0; i < len(b) && i < d.missing; i++ {
			if b[i]&0xC0 != 0x80 {
				// A new character starts where a continuation was due: the held one ends here, broken.
				d.missing = 0
				copy(d.held[d.buffered:], b[:i])
				d.buffered += i
				b = b[i:]
				break
			}
		}
	}
	n := min(len(b), d.missing)
	copy(d.held[d.buffered:], b[:n])
	b = b[n:]
	d.missing -= n
	d.buffered += n
	if d.missing > 0 {
		return b, empty
	}
	if d.enc == buffer.UTF16LE && d.buffered == 2 && d.held[1]&0xFC == 0xD8 {
		d.missing = 2 // the first half of a pair: wait for the second
		if len(b) == 0 {
			return b, empty
		}
		return d.complete(b)
	}
	text = d.decode(d.held[:d.buffered])
	d.buffered = 0
	return b, text
}

// cut finds how many bytes at the end of b belong to a character that is not whole.
func (d *Decoder) cut(b []byte) {
	if d.missing > 0 {
		return
	}
	last := b[len(b)-1]
	switch d.enc {
	case buffer.UTF8:
		if last&0x80 == 0 {
			return
		}
		for i := len(b) - 1; ; i-- {
			d.buffered++
			if b[i]&0xC0 == 0x80 {
				if d.buffered >= 4 || i == 0 {
					d.buffered = 0 // no character starts here: broken input, for the decoder to replace
					return
				}
				continue
			}
			switch {
			case b[i]&0xE0 == 0xC0:
				d.missing = 2
			case b[i]&0xF0 == 0xE0:
				d.missing = 3
			case b[i]&0xF8 == 0xF0:
				d.missing = 4
			}
			if d.buffered >= d.missing {
				d.missing, d.buffered = 0, 0
			}
			d.missing -= d.buffered
			return
		}
	case buffer.UTF16LE:
		if len(b)%2 == 1 {
			d.buffered, d.missing = 1, 1
		} else if last&0xFC == 0xD8 {
			d.buffered, d.missing = 2, 2
		}
	case buffer.Base64, buffer.Base64URL:
		if d.buffered = len(b) % 3; d.buffered > 0 {
			d.missing = 3 - d.buffered
		}
	}
}

// End returns the text of what is held, as far as it has one, and makes the decoder new.
func (d *Decoder) End() goja.String {
	if d.enc == buffer.UTF16LE && d.buffered%2 == 1 {
		d.missing--
		d.buffered--
	}
	n := d.buffered
	d.missing, d.buffered = 0, 0
	if n == 0 {
		return empty
	}
	return d.decode(d.held[:n])
}

func (d *Decoder) decode(b []byte) goja.String {
	if len(b) == 0 {
		return empty
	}
	return buffer.Decode(b, d.enc).(goja.String)
}
