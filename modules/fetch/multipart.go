package fetch

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is multipart/form-data, both ways. Not mime/multipart: a form may name its fields in
// ways of browsers that RFC 2045 does not know, and where that reader is lenient a form is refused here.
//
// Source: https://andreubotella.github.io/multipart-form-data/; Node v20 deps/undici, lib/web/fetch/formdata-parser.js.

// lineEnds are those that become CR LF in a form.
var lineEnds = regexp.MustCompile(`\r\n?|\n`)

var (
	formEscape   = strings.NewReplacer("\n", "%0A", "\r", "%0D", `"`, "%22")
	formUnescape = strings.NewReplacer("%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r", "%22", `"`)
)

// encodeForm returns the form as it is sent, in pieces of which those of files are lent, and its type.
func (r *Room) encodeForm(f *formData) (chunks [][]byte, mime string) {
	boundary := fmt.Sprintf("----formdata-undici-0%011d", r.random()%1e11)
	normalized := func(s string) string { return lineEnds.ReplaceAllString(s, "\r\n") }
	for _, e := range f.entries {
		head := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + formEscape.Replace(normalized(e.name)) + `"`
		data, mime, ok := buffer.BlobBytes(e.value)
		if !ok {
			chunks = append(chunks, []byte(head+"\r\n\r\n"+normalized(e.value.String())+"\r\n"))
			continue
		}
		if name := bind.Property(e.value, "name").String(); name != "" {
			head += `; filename="` + formEscape.Replace(name) + `"`
		}
		if mime == "" {
			mime = "application/octet-stream"
		}
		chunks = append(chunks, []byte(head+"\r\nContent-Type: "+mime+"\r\n\r\n"), data, []byte("\r\n"))
	}
	return append(chunks, []byte("--"+boundary+"--\r\n")), "multipart/form-data; boundary=" + boundary
}

// random returns a number that nobody can guess: what is in a form must not be able to end it.
func (r *Room) random() uint64 {
	from := r.h.Settings.CryptoRand
	if from == nil {
		from = rand.Reader
	}
	var b [8]byte
	if _, err := io.ReadFull(from, b[:]); err != nil {
		panic(r.h.Err.Plain(nodeerr.Error, err.Error()))
	}
	return binary.LittleEndian.Uint64(b[:])
}

// decodeForm reads a form; ok is false if it is none.
func (r *Room) decodeForm(in []byte, m *mimeType) (f *formData, ok bool) {
	name, ok := m.param("boundary")
	if !ok {
		return nil, false
	}
	boundary := []byte("--" + name)
	for bytes.HasPrefix(in, []byte("\r\n")) {
		in = in[2:]
	}
	for bytes.HasSuffix(in, []byte("\r\n")) {
		in = in[:len(in)-2]
	}
	f = new(formData)
	for {
		if in, ok = bytes.CutPrefix(in, boundary); !ok {
			return nil, false
		}
		if string(in) == "--" {
			return f, true
		}
		if in, ok = bytes.CutPrefix(in, []byte("\r\n")); !ok {
			return nil, false
		}
		var p formPart
		if in, ok = p.readHead(in); !ok {
			return nil, false
		}
		end := bytes.Index(in, append([]byte("\r\n"), boundary...))
		if end < 0 {
			return nil, false
		}
		data := in[:end]
		in = in[end+2:]
		if p.encoding == "base64" {
			data = buffer.Append(nil, buffer.Decode(data, buffer.UTF8), buffer.Base64)
		}
		f.entries = append(f.entries, p.entry(r, data))
	}
}

// formPart is what the head of a part says.
type formPart struct {
	name, filename, mime, encoding string
	named, isFile, typed           bool
}

func (p *formPart) entry(r *Room, data []byte) formEntry {
	if !p.isFile {
		return formEntry{p.name, decodeUTF8(data)}
	}
	if !p.typed {
		p.mime = "text/plain"
	}
	for i := range len(p.mime) {
		if p.mime[i] >= 0x80 {
			p.mime = ""
			break
		}
	}
	return formEntry{p.name, r.buffers.NewFile(bytes.Clone(data), text(p.filename), p.mime, float64(r.h.Now().UnixMilli()))}
}

// readHead reads up to and with the empty line.
func (p *formPart) readHead(in []byte) (rest []byte, ok bool) {
	for {
		line, rest, ok := bytes.Cut(in, []byte("\r\n"))
		if !ok {
			return nil, false
		}
		in = rest
		if len(line) == 0 {
			return in, p.named
		}
		name, value, ok := strings.Cut(string(line), ":")
		name = strings.Trim(name, "\t ")
		if !ok || !isToken(name) || strings.ContainsAny(value, "\r\n") {
			return nil, false
		}
		value = strings.Trim(value, "\t ")
		switch strings.ToLower(name) {
		case "content-disposition":
			*p = formPart{mime: p.mime, typed: p.typed, encoding: p.encoding}
			if value, ok = strings.CutPrefix(value, `form-data; name="`); !ok {
				return nil, false
			}
			if p.name, value, p.named = cutFormName(value); !p.named {
				return nil, false
			}
			if value, ok = strings.CutPrefix(value, "; filename"); ok {
				if value, ok = strings.CutPrefix(strings.TrimPrefix(value, "*"), `="`); !ok {
					return nil, false
				}
				p.filename, value, p.isFile = cutFormName(value)
				if !p.isFile {
					return nil, false
				}
			}
			if value != "" {
				return nil, false
			}
		case "content-type":
			p.mime, p.typed = value, true
		case "content-transfer-encoding":
			p.encoding = value
		}
	}
}

// cutFormName reads a name up to its quotation mark.
func cutFormName(s string) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, `"`)
	return formUnescape.Replace(decodeUTF8([]byte(name)).String()), rest, ok
}

// decodeUTF8 decodes b without its byte order mark.
func decodeUTF8(b []byte) goja.Value {
	return buffer.Decode(bytes.TrimPrefix(b, []byte("\uFEFF")), buffer.UTF8)
}
