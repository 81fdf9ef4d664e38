package parser

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
)

// fuzzOptions makes runOptions of one byte, so that the fuzzer can choose.
func fuzzOptions(b byte) runOptions {
	o := runOptions{accept: b&2 != 0, finish: b&4 != 0}
	if b&1 != 0 {
		o.kind = Response
		o.methods = [][]string{nil, {"HEAD"}, {"CONNECT"}, {"GET", "HEAD"}}[b>>6&3]
	}
	if b&8 != 0 {
		o.limits.MaxHeadBytes = 48
	}
	if b&16 != 0 {
		o.limits.MaxFields = 2
	}
	if b&32 != 0 {
		o.limits.MaxChunkExt = 8
	}
	return o
}

func addCorpus(f *testing.F, add func(kind Kind, in []byte)) {
	for _, file := range corpusFiles(f) {
		// The cases of the corpus, without their options.
		readCorpus(f, file, func(c corpusCase) string {
			if len(c.in) < 1000 {
				add(c.opts.kind, c.in)
			}
			return c.log
		})
	}
}

// FuzzNext: no panic, the same events however the bytes are cut, memory within the limits
// (runPieces looks), and what was accepted can be written again as the same messages.
func FuzzNext(f *testing.F) {
	addCorpus(f, func(kind Kind, in []byte) {
		f.Add(in, byte(kind), uint16(len(in)/2), uint16(len(in)/3))
		f.Add(in, byte(kind)|2|4, uint16(len(in)/2), uint16(1))
		f.Add(in, byte(kind)|8|16|32, uint16(len(in)/2), uint16(1))
	})
	f.Fuzz(func(t *testing.T, in []byte, opts byte, at1, at2 uint16) {
		if len(in) > 1<<16 {
			return
		}
		o := fuzzOptions(opts)
		whole := runPieces(o, in)
		want := withoutParsed(whole)
		a, b := int(at1)%(len(in)+1), int(at2)%(len(in)+1)
		a, b = min(a, b), max(a, b)
		if got := withoutParsed(runPieces(o, in[:a], in[a:b], in[b:])); got != want {
			t.Fatalf("split at %d and %d: log is\n%swant\n%s", a, b, got, want)
		}
		if len(in) <= 4096 {
			single := make([][]byte, len(in))
			for i := range in {
				single[i] = in[i : i+1]
			}
			if got := withoutParsed(runPieces(o, single...)); got != want {
				t.Fatalf("byte by byte: log is\n%swant\n%s", got, want)
			}
		}
		if o.limits == (Limits{}) {
			again := rewrite(o, in)
			w1, w2 := content(whole), content(runPieces(o, again))
			if strings.Contains(w1, "error ") {
				w1 = w1[:strings.LastIndex(w1, "error ")]
			}
			if !strings.HasPrefix(w2, w1) {
				t.Fatalf("written again as %q: log is\n%swant\n%s", again, w2, w1)
			}
		}
	})
}

// content drops the offsets of a log and its last line.
func content(log string) string {
	var s strings.Builder
	lines := strings.SplitAfter(log, "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, "    ") {
			_, line, _ = strings.Cut(line, " ")
		}
		if line == "idle\n" || line == "more\n" {
			continue
		}
		s.WriteString(line)
	}
	return s.String()
}

// rewrite reads in and writes what was accepted in the plainest form.
func rewrite(o runOptions, in []byte) []byte {
	p := New(o.kind, o.limits)
	methods := o.methods
	setMethod := func() {
		if len(methods) > 0 {
			p.SetRequestMethod(methods[0])
			methods = methods[1:]
		}
	}
	setMethod()
	var out bytes.Buffer
	fields := func(block []byte, fs []Field) {
		for _, f := range fs {
			fmt.Fprintf(&out, "%s:%s\r\n", block[f.NameStart:f.NameEnd], block[f.ValueStart:f.ValueEnd])
		}
		out.WriteString("\r\n")
	}
	data := in
	for {
		ev, n, err := p.Next(data)
		if err != nil {
			return out.Bytes()
		}
		data = data[n:]
		h := p.Head()
		switch ev {
		case NeedMore, Upgrade:
			return out.Bytes()
		case HeadEvent:
			if o.kind == Request {
				fmt.Fprintf(&out, "%s %s HTTP/1.%d\r\n", h.Method, h.Target(), h.VersionMinor)
			} else {
				fmt.Fprintf(&out, "HTTP/1.%d %03d %s\r\n", h.VersionMinor, h.StatusCode, h.Reason())
			}
			fields(h.Block, h.Fields)
			if o.accept && h.Upgrade {
				p.AcceptUpgrade()
			}
		case BodyEvent:
			if h.Chunked && !h.NoBody {
				fmt.Fprintf(&out, "%x\r\n%s\r\n", len(p.Body()), p.Body())
			} else {
				out.Write(p.Body())
			}
		case MessageEnd:
			if h.Chunked && !h.NoBody {
				out.WriteString("0\r\n")
				t := p.Trailers()
				fields(t.Block, t.Fields)
			}
			if o.kind == Response && h.StatusCode >= 200 {
				setMethod()
			}
		}
	}
}

// message is what both parsers say of the first message.
type message struct {
	line     string
	fields   map[string][]string
	body     []byte
	trailers map[string][]string
	rest     int
}

var errUnfinished = errors.New("unfinished")

func ourMessage(kind Kind, head bool, in []byte) (m message, h Head, err error) {
	p := New(kind, Limits{})
	if head {
		p.SetRequestMethod("HEAD")
	}
	collect := func(block []byte, fs []Field) map[string][]string {
		all := map[string][]string{}
		for _, f := range fs {
			k := textproto.CanonicalMIMEHeaderKey(string(block[f.NameStart:f.NameEnd]))
			all[k] = append(all[k], string(block[f.ValueStart:f.ValueEnd]))
		}
		return all
	}
	data := in
	for {
		ev, n, err := p.Next(data)
		if err != nil {
			return m, h, err
		}
		data = data[n:]
		switch ev {
		case NeedMore:
			if ev, err = p.Finish(); err != nil || ev != MessageEnd {
				return m, h, errUnfinished
			}
			return m, h, nil
		case HeadEvent:
			h = *p.Head()
			if kind == Request {
				m.line = fmt.Sprintf("%s %s 1.%d", h.Method, h.Target(), h.VersionMinor)
			} else {
				m.line = fmt.Sprintf("1.%d %03d", h.VersionMinor, h.StatusCode)
			}
			m.fields = collect(h.Block, h.Fields)
		case BodyEvent:
			m.body = append(m.body, p.Body()...)
		case MessageEnd, Upgrade:
			t := p.Trailers()
			m.trailers = collect(t.Block, t.Fields)
			m.rest = len(data)
			return m, h, nil
		}
	}
}

func theirMessage(kind Kind, head bool, in []byte) (m message, err error) {
	source := bytes.NewReader(in)
	r := bufio.NewReader(source)
	var body io.Reader
	var trailer func() http.Header
	if kind == Request {
		req, err := http.ReadRequest(r)
		if err != nil {
			return m, err
		}
		m.line = fmt.Sprintf("%s %s 1.%d", req.Method, req.RequestURI, req.ProtoMinor)
		m.fields, body, trailer = req.Header, req.Body, func() http.Header { return req.Trailer }
	} else {
		req := &http.Request{Method: "GET"}
		if head {
			req.Method = "HEAD"
		}
		res, err := http.ReadResponse(r, req)
		if err != nil {
			return m, err
		}
		m.line = fmt.Sprintf("1.%d %03d", res.ProtoMinor, res.StatusCode)
		m.fields, body, trailer = res.Header, res.Body, func() http.Header { return res.Trailer }
	}
	if m.body, err = io.ReadAll(body); err != nil {
		return m, err
	}
	m.trailers = trailer()
	m.rest = r.Buffered() + source.Len()
	return m, nil
}

// stricter are net/http's errors for what we accept, each with the reason.
var stricter = []struct{ text, reason string }{
	{"invalid URI for request", "we leave the syntax of a target to the caller, as Node does"},
	{"invalid URL escape", "the same"},
	{"invalid port", "the same"},
	{"invalid userinfo", "the same"},
	{"missing ']' in host", "the same"},
	{"invalid character", "the same"},
	{"first path segment", "the same"},
	{"invalid host", "the same"},
	{"invalid IP-literal", "the same"},
	{"parse \"", "the same"},
	{"too many Host headers", "we report HostCount, the caller answers 400"},
	{"too many transfer encodings", "one list in several lines; see the next"},
	{"unsupported transfer encoding", "we report OtherCoding, the caller answers 501"},
	{"contains too much non-data", "Go counts overhead for each byte of data, we count extensions"},
	{"suspiciously long trailer", "Go wants a trailer section within its buffer"},
	{"invalid method", "never: our methods are tokens"},
}

// FuzzAgainstNetHTTP reads the first message with both. Where we accept, net/http accepts and
// says the same, but for the differences named here. Where we refuse, net/http may accept:
// doc.go says why we are stricter.
func FuzzAgainstNetHTTP(f *testing.F) {
	addCorpus(f, func(kind Kind, in []byte) {
		f.Add(in, kind == Response, false)
		if kind == Response {
			f.Add(in, true, true)
		}
	})
	f.Fuzz(func(t *testing.T, in []byte, response, head bool) {
		kind := Request
		if response {
			kind = Response
		}
		ours, h, err := ourMessage(kind, response && head, in)
		if err != nil {
			return
		}
		// Empty lines in front: ReadRequest leaves them to its caller.
		in = bytes.TrimLeft(in, "\r\n")
		theirs, err := theirMessage(kind, response && head, in)
		if err != nil {
			for _, s := range stricter {
				if strings.Contains(err.Error(), s.text) {
					return
				}
			}
			if h.VersionMinor == 0 && h.HasTransferEncoding {
				return // see below
			}
			t.Fatalf("net/http refuses what we accept: %v\n%q", err, in)
		}
		if ours.line != theirs.line {
			t.Fatalf("line %q, net/http %q\n%q", ours.line, theirs.line, in)
		}
		sameFields(t, "field", ours.fields, theirs.fields, in)
		if h.VersionMinor == 0 && h.HasTransferEncoding {
			return // Go ignores Transfer-Encoding in HTTP/1.0 and sees no body, or one to the end; we read it and close.
		}
		if h.StatusCode == 101 {
			return // Go gives the rest as the body
		}
		if !bytes.Equal(ours.body, theirs.body) {
			t.Fatalf("body %q, net/http %q\n%q", ours.body, theirs.body, in)
		}
		sameFields(t, "trailer", ours.trailers, theirs.trailers, in)
		if ours.rest != theirs.rest {
			t.Fatalf("%d bytes left, net/http %d\n%q", ours.rest, theirs.rest, in)
		}
	})
}

func sameFields(t *testing.T, what string, ours, theirs map[string][]string, in []byte) {
	for k, v := range ours {
		switch k {
		case "Host", "Transfer-Encoding", "Content-Length", "Trailer", "Connection":
			continue // Go moves them elsewhere
		}
		if !slices.Equal(v, theirs[k]) {
			t.Fatalf("%s %s: %q, net/http %q\n%q", what, k, v, theirs[k], in)
		}
	}
	for k := range theirs {
		if _, ok := ours[k]; !ok && k != "Cache-Control" && what == "field" { // made of Pragma
			t.Fatalf("net/http has %s %s\n%q", what, k, in)
		}
	}
}
