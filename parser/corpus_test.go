package parser

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the logs in testdata/*.md; review each against the RFC")

// corpusCase is one case of testdata/*.md; the format is described in testdata/README.md.
type corpusCase struct {
	title string
	opts  runOptions
	in    []byte
	log   string
}

type runOptions struct {
	kind    Kind
	limits  Limits
	methods []string // SetRequestMethod before the first, second … final response
	accept  bool
	ignore  bool
	finish  bool
}

// runPieces feeds the pieces and returns the log. Each piece is a copy without spare capacity
// that is overwritten once the parser has had it: reading too far or holding on to it shows.
func runPieces(o runOptions, pieces ...[]byte) string {
	p := New(o.kind, o.limits)
	var log strings.Builder
	var body []byte
	total := 0
	bodyEnd := 0
	flush := func() {
		if len(body) > 0 {
			fmt.Fprintf(&log, "%d body %s\n", bodyEnd, quote(body))
			body = nil
		}
	}
	fail := func(err error, whole bool) {
		flush()
		var e *Error
		if !errors.As(err, &e) {
			panic(err)
		}
		fmt.Fprintf(&log, "%d error %s %q", e.Offset, e.Code, e.Reason)
		if whole {
			fmt.Fprintf(&log, " parsed %d", e.BytesParsed)
		}
		log.WriteByte('\n')
	}
	methods := o.methods
	setMethod := func() {
		if len(methods) > 0 {
			p.SetRequestMethod(methods[0])
			methods = methods[1:]
		}
	}
	setMethod()
	end := func(ev Event) {
		flush()
		fmt.Fprintf(&log, "%d %v\n", total, ev)
		if ev == MessageEnd {
			t := p.Trailers()
			if t.HasHighBytes {
				log.WriteString("    high bytes in trailers\n")
			}
			logFields(&log, t.Block, t.Fields)
			if o.kind == Response && p.Head().StatusCode >= 200 {
				setMethod()
			}
		}
	}
	upgraded := false
	for _, piece := range pieces {
		held := bytes.Clone(piece)
		held = held[:len(held):len(held)]
		data := held
		for {
			ev, n, err := p.Next(data)
			if n < 0 || n > len(data) {
				panic(fmt.Sprintf("n = %d of %d", n, len(data)))
			}
			if err != nil {
				if _, n2, err2 := p.Next(data); err2 != err || n2 != 0 {
					panic("error is not sticky")
				}
				if _, err2 := p.Finish(); err2 != err {
					panic("error is not sticky")
				}
				fail(err, len(pieces) == 1)
				return log.String()
			}
			data = data[n:]
			total += n
			if ev == NeedMore {
				if len(data) > 0 {
					panic("NeedMore with data left")
				}
				break
			}
			switch ev {
			case HeadEvent:
				logHead(&log, total, o.kind, p.Head())
				if o.accept && p.Head().Upgrade {
					p.AcceptUpgrade()
				}
				if o.ignore {
					p.IgnoreUpgrade()
				}
			case BodyEvent:
				if len(p.Body()) == 0 {
					panic("empty body")
				}
				body = append(body, p.Body()...)
				bodyEnd = total
			case MessageEnd:
				end(ev)
			case Upgrade:
				if !upgraded {
					end(ev)
				}
				upgraded = true
				data = nil
			}
			if ev == Upgrade {
				break
			}
		}
		for i := range held {
			held[i] = 0xDB
		}
		if cap(p.arena) > 2*int(p.maxSection)+2*arenaStep {
			panic("the arena has no bound")
		}
	}
	if o.finish {
		ev, err := p.Finish()
		if err != nil {
			fail(err, false)
			return log.String()
		}
		if ev != NeedMore && !upgraded {
			end(ev)
			ev, err = p.Finish()
			if ev != NeedMore || err != nil {
				panic("Finish goes on")
			}
		}
		flush()
		if p.Idle() {
			fmt.Fprintf(&log, "%d idle\n", total)
		}
		return log.String()
	}
	if upgraded {
		return log.String()
	}
	flush()
	if p.Idle() {
		fmt.Fprintf(&log, "%d idle\n", total)
	} else {
		fmt.Fprintf(&log, "%d more\n", total)
	}
	return log.String()
}

func logHead(log *strings.Builder, total int, kind Kind, h *Head) {
	fmt.Fprintf(log, "%d head ", total)
	if kind == Request {
		fmt.Fprintf(log, "%s %s %d.%d", h.Method, quote(h.Target()), h.VersionMajor, h.VersionMinor)
	} else {
		fmt.Fprintf(log, "%d.%d %03d %s", h.VersionMajor, h.VersionMinor, h.StatusCode, quote(h.Reason()))
	}
	if h.ContentLength >= 0 {
		fmt.Fprintf(log, " length=%d", h.ContentLength)
	}
	if h.HostCount > 0 {
		fmt.Fprintf(log, " hosts=%d", h.HostCount)
	}
	for _, f := range []struct {
		on   bool
		name string
	}{
		{h.HasTransferEncoding, "te"}, {h.Chunked, "chunked"}, {h.OtherCoding, "other-coding"},
		{h.NoBody, "no-body"}, {h.KeepAlive, "KEEP-ALIVE"}, {h.ConnectionClose, "close"},
		{h.ConnectionKeepAlive, "keep-alive"}, {h.ConnectionUpgrade, "connection-upgrade"},
		{h.Upgrade, "UPGRADE"}, {h.HasExpect, "expect"}, {h.Expect100, "100-continue"},
		{h.HasHighBytes, "high"},
	} {
		if f.on {
			log.WriteByte(' ')
			log.WriteString(f.name)
		}
	}
	log.WriteByte('\n')
	logFields(log, h.Block, h.Fields)
}

func logFields(log *strings.Builder, block []byte, fields []Field) {
	for _, f := range fields {
		name := block[f.NameStart:f.NameEnd]
		if want := KnownName(f.Known); f.Known != NameOther && want != strings.ToLower(string(name)) {
			panic("known name " + want + " for " + string(name))
		}
		if f.Known == NameOther {
			for _, k := range knownNames[1:] {
				if k == strings.ToLower(string(name)) {
					panic(k + " is not known")
				}
			}
		}
		fmt.Fprintf(log, "    %s: %s\n", name, quote(block[f.ValueStart:f.ValueEnd]))
	}
}

// quote shows bytes in the escapes of the corpus; long ones by their beginning and length.
func quote(b []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for i, c := range b {
		if i == 80 {
			fmt.Fprintf(&s, "…%d", len(b))
			break
		}
		switch {
		case c == '"' || c == '\\':
			s.WriteByte('\\')
			s.WriteByte(c)
		case c == '\r':
			s.WriteString(`\r`)
		case c == '\n':
			s.WriteString(`\n`)
		case c == '\t':
			s.WriteString(`\t`)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&s, `\x%02x`, c)
		default:
			s.WriteByte(c)
		}
	}
	s.WriteByte('"')
	return s.String()
}

// unescape turns an http block into bytes.
func unescape(s string) ([]byte, error) {
	var out []byte
	s = strings.ReplaceAll(s, "\n", "")
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		i++
		if i == len(s) {
			return nil, errors.New("backslash at the end")
		}
		switch s[i] {
		case 'r':
			out = append(out, '\r')
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case '\\':
			out = append(out, '\\')
		case 's':
			out = append(out, ' ')
		case 'x':
			if i+2 >= len(s) {
				return nil, errors.New(`\x without two digits`)
			}
			v, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return nil, err
			}
			out = append(out, byte(v))
			i += 2
		case '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return nil, errors.New(`\{ without }`)
			}
			text, count, ok := strings.Cut(s[i+1:i+end], "*")
			n, err := strconv.Atoi(count)
			if !ok || err != nil {
				return nil, errors.New(`not \{text*count}`)
			}
			rep, err := unescape(text)
			if err != nil {
				return nil, err
			}
			out = append(out, bytes.Repeat(rep, n)...)
			i += end
		default:
			return nil, fmt.Errorf("escape \\%c", s[i])
		}
	}
	return out, nil
}

// parseOptions reads an "Options:" line.
func parseOptions(line string) (o runOptions, err error) {
	for _, w := range strings.Fields(line) {
		k, v, _ := strings.Cut(w, "=")
		n, nerr := strconv.Atoi(v)
		switch k {
		case "response":
			o.kind = Response
		case "answers":
			o.methods = strings.Split(v, ",")
		case "accept":
			o.accept = true
		case "ignore":
			o.ignore = true
		case "finish":
			o.finish = true
		case "max-head":
			o.limits.MaxHeadBytes, err = n, nerr
		case "lenient-values":
			o.limits.LenientValues = true
		case "max-fields":
			o.limits.MaxFields, err = n, nerr
		case "max-ext":
			o.limits.MaxChunkExt, err = n, nerr
		default:
			return o, errors.New("option " + k)
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

// readCorpus reads a file, hands each case to f, and returns the file with f's answers as logs.
func readCorpus(t testing.TB, file string, f func(c corpusCase) string) string {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var c corpusCase
	fileOpts := ""
	lines := strings.SplitAfter(string(src), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		text := strings.TrimRight(line, "\n")
		block := func() string {
			var b strings.Builder
			for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
				b.WriteString(lines[i])
			}
			if i == len(lines) {
				t.Fatalf("%s: %s: block without end", file, c.title)
			}
			return b.String()
		}
		out.WriteString(line)
		switch {
		case strings.HasPrefix(text, "## "):
			c = corpusCase{title: text[3:]}
			if c.opts, err = parseOptions(fileOpts); err != nil {
				t.Fatal(file, err)
			}
		case strings.HasPrefix(text, "Options: "):
			if c.title == "" {
				fileOpts = text[9:]
				continue
			}
			if c.opts, err = parseOptions(fileOpts + " " + text[9:]); err != nil {
				t.Fatal(file, c.title, err)
			}
		case text == "```http":
			b := block()
			out.WriteString(b + lines[i])
			if c.in, err = unescape(b); err != nil {
				t.Fatal(file, c.title, err)
			}
			if i+1 >= len(lines) || lines[i+1] != "```log\n" {
				// A new case: -update writes its log.
				out.WriteString("```log\n" + f(c) + "```\n")
			}
		case text == "```log":
			c.log = block()
			out.WriteString(f(c) + lines[i])
		}
	}
	return out.String()
}

func corpusFiles(t testing.TB) []string {
	files, err := filepath.Glob("testdata/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	var cases []string
	for _, f := range files {
		if filepath.Base(f) != "README.md" {
			cases = append(cases, f)
		}
	}
	return cases
}

// withoutParsed drops what depends on the pieces by its nature.
func withoutParsed(log string) string {
	if i := strings.LastIndex(log, " parsed "); i >= 0 {
		return log[:i] + "\n"
	}
	return log
}

func TestNextCorpus(t *testing.T) {
	count := 0
	for _, file := range corpusFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".md"), func(t *testing.T) {
			titles := map[string]bool{}
			text := readCorpus(t, file, func(c corpusCase) string {
				count++
				if titles[c.title] {
					t.Errorf("two cases are called %q", c.title)
				}
				titles[c.title] = true
				got := runPieces(c.opts, c.in)
				t.Run(c.title, func(t *testing.T) {
					if got != c.log && !*update {
						t.Errorf("log is\n%swant\n%s", got, c.log)
					}
					checkSplits(t, c.opts, c.in, withoutParsed(got))
				})
				return got
			})
			if *update {
				if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if count < 250 {
		t.Errorf("%d cases, want 250 at least", count)
	}
}

// checkSplits feeds in byte by byte and at every two-part split (long inputs: at some).
func checkSplits(t testing.TB, o runOptions, in []byte, want string) {
	t.Helper()
	single := make([][]byte, len(in))
	for i := range in {
		single[i] = in[i : i+1]
	}
	if got := withoutParsed(runPieces(o, single...)); got != want {
		t.Errorf("byte by byte: log is\n%swant\n%s", got, want)
	}
	step := 1
	for i := 0; i <= len(in); i += step {
		if i > 600 {
			step = 97 // what is far out is padding
		}
		if got := withoutParsed(runPieces(o, in[:i], in[i:])); got != want {
			t.Fatalf("split at %d: log is\n%swant\n%s", i, got, want)
		}
	}
}
