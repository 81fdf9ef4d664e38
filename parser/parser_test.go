package parser

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// nextEvent calls Next and wants an event.
func nextEvent(t *testing.T, p *Parser, data []byte, want Event) []byte {
	t.Helper()
	ev, n, err := p.Next(data)
	if err != nil || ev != want {
		t.Fatalf("Next = %v, %v, want %v", ev, err, want)
	}
	return data[n:]
}

func TestMethodsAreNodes(t *testing.T) {
	// node -p 'http.METHODS.join(" ")', v20.20
	const want = "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE"
	if got := strings.Join(Methods(), " "); got != want {
		t.Errorf("Methods = %s", got)
	}
	for m, name := range map[Method]string{
		MethodConnect: "CONNECT", MethodDelete: "DELETE", MethodGet: "GET", MethodHead: "HEAD",
		MethodOptions: "OPTIONS", MethodPatch: "PATCH", MethodPost: "POST", MethodPut: "PUT",
	} {
		if m.String() != name {
			t.Errorf("%s is called %s", name, m)
		}
	}
}

func TestLookupNameFindsEachInAnyCase(t *testing.T) {
	for n := 1; n < NumNames; n++ {
		name := KnownName(Name(n))
		for _, s := range []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
			if got := lookupName([]byte(s)); int(got) != n {
				t.Errorf("lookupName(%q) = %d, want %d", s, got, n)
			}
		}
		for _, s := range []string{name + "x", name[1:], "x" + name[1:]} {
			if s != "" && lookupName([]byte(s)) != NameOther && !slices.Contains(knownNames[:], s) {
				t.Errorf("lookupName(%q) is known", s)
			}
		}
	}
	if NameOther != 0 || KnownName(NameOther) != "" {
		t.Error("NameOther has a name")
	}
	if !slices.IsSorted(knownNames[:]) {
		t.Error("not in the order of the alphabet")
	}
}

func TestNextLendsFromDataWithoutCopying(t *testing.T) {
	data := []byte(wirePost)
	p := New(Request, Limits{})
	rest := nextEvent(t, p, data, HeadEvent)
	if h := p.Head(); unsafe.SliceData(h.Block) != unsafe.SliceData(data) || cap(h.Block) != len(h.Block) {
		t.Error("Block is not a part of data, or has spare capacity")
	}
	rest = nextEvent(t, p, rest, BodyEvent)
	if b := p.Body(); !bytes.HasSuffix(data, b) || unsafe.SliceData(b) != &data[len(data)-len(b)] {
		t.Error("Body is not a part of data")
	}
	nextEvent(t, p, rest, MessageEnd)
	if p.Head().Block != nil || p.Head().Fields != nil || p.Body() != nil {
		t.Error("what was lent is still there")
	}
	if p.Head().ContentLength != 17 || p.Head().Method != MethodPost {
		t.Error("what the head means is gone")
	}
}

func TestNextFindsTheSameFieldsByOffset(t *testing.T) {
	p := New(Request, Limits{})
	nextEvent(t, p, []byte(wireChrome), HeadEvent)
	h := p.Head()
	block := string(h.Block) // the one copy a caller makes
	f := h.Fields[7]
	if f.Known != NameUserAgent || block[f.NameStart:f.NameEnd] != "User-Agent" ||
		!strings.HasPrefix(block[f.ValueStart:f.ValueEnd], "Mozilla/5.0 (X11;") {
		t.Errorf("field %v", f)
	}
	if string(h.Name(f)) != "User-Agent" || block[h.TargetStart:h.TargetEnd] != string(h.Target()) {
		t.Error("accessors and offsets differ")
	}
}

func TestTrimGivesUpMemoryBetweenMessages(t *testing.T) {
	p := New(Request, Limits{})
	for i := range len(wireChrome) {
		p.Trim() // does nothing within a head
		readAll(t, p, []byte(wireChrome[i:i+1]))
	}
	if p.fields == nil {
		t.Error("nothing was kept")
	}
	p.Trim()
	if p.fields != nil || p.arena != nil {
		t.Error("Trim has kept memory")
	}
	if readAll(t, p, []byte(wireChrome)) != 1 {
		t.Error("no message after Trim")
	}
}

func TestNextKeepsLittleOfABigHead(t *testing.T) {
	p := New(Request, Limits{})
	big := "GET / HTTP/1.1\r\n" + strings.Repeat("A: bcdefgh\r\n", 1000) + "\r\n"
	readAll(t, p, []byte(big[:5000]))
	if readAll(t, p, []byte(big[5000:])) != 1 {
		t.Fatal("no message")
	}
	if cap(p.arena) > keptArena || cap(p.fields) > keptFields {
		t.Errorf("keeps %d bytes and %d fields", cap(p.arena), cap(p.fields))
	}
}

func TestParserIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Parser{}); n > 512 {
		t.Errorf("%d bytes for each connection", n)
	}
}

func TestZeroParserReadsRequests(t *testing.T) {
	var p Parser
	if readAll(t, &p, []byte(wireCurl)) != 1 {
		t.Error("no message")
	}
	if ev, err := new(Parser).Finish(); ev != NeedMore || err != nil {
		t.Error("Finish of a zero Parser", ev, err)
	}
}

func TestResetForgetsErrorAndState(t *testing.T) {
	p := New(Request, Limits{})
	if _, _, err := p.Next([]byte("GET / HTTP/1.1\r\nX : a")); err == nil {
		t.Fatal("no error")
	}
	p.Reset(Response)
	if readAll(t, p, []byte(wireResponse)) != 1 {
		t.Error("no message after an error")
	}
	readAll(t, p, []byte("HTTP/1.1 20"))
	p.Reset(Request)
	if readAll(t, p, []byte(wireWrk)) != 1 {
		t.Error("no message after half a message")
	}
}

func TestUpgradeComesAgain(t *testing.T) {
	p := New(Request, Limits{})
	rest := nextEvent(t, p, []byte("CONNECT a:1 HTTP/1.1\r\n\r\nGET /"), HeadEvent)
	p.AcceptUpgrade()
	rest = nextEvent(t, p, rest, Upgrade)
	rest = nextEvent(t, p, rest, Upgrade)
	if string(rest) != "GET /" {
		t.Errorf("%q is left", rest)
	}
}

func TestAcceptUpgradePanicsWithoutOne(t *testing.T) {
	for _, f := range []func(p *Parser){
		func(p *Parser) { p.AcceptUpgrade() },
		func(p *Parser) { p.IgnoreUpgrade() },
		func(p *Parser) { nextEvent(t, p, []byte(wireWrk), HeadEvent); p.AcceptUpgrade() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f(New(Request, Limits{}))
		}()
	}
}

func TestAcceptUpgradeCanBeTakenBack(t *testing.T) {
	p := New(Request, Limits{})
	rest := nextEvent(t, p, []byte("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), HeadEvent)
	p.AcceptUpgrade()
	p.IgnoreUpgrade()
	nextEvent(t, p, rest, MessageEnd)
}

// Node's test of the default limit (header overflow): bytesParsed is all of the packet.
func TestHeaderOverflowCountsLikeNode(t *testing.T) {
	wire := "GET /blah HTTP/1.1\r\nCookie: " + strings.Repeat("a", DefaultMaxHeadBytes-len("Cookie: ")+2)
	_, n, err := New(Request, Limits{}).Next([]byte(wire))
	e, ok := err.(*Error)
	if !ok || e.Code != "HPE_HEADER_OVERFLOW" || e.BytesParsed != len(wire) || n != len(wire) {
		t.Errorf("%d, %v", n, err)
	}
	if err.Error() != "Parse Error: Header overflow" {
		t.Error(err)
	}
}

func TestErrorTableIsComplete(t *testing.T) {
	for id := errNone + 1; id < errCount; id++ {
		e := errorTable[id]
		if !strings.HasPrefix(e.code, "HPE_") || e.reason == "" {
			t.Errorf("error %d: %q, %q", id, e.code, e.reason)
		}
	}
}

// Every reason must have been met by a case of the corpus.
func TestCorpusMeetsEachError(t *testing.T) {
	var logs strings.Builder
	for _, file := range corpusFiles(t) {
		readCorpus(t, file, func(c corpusCase) string {
			logs.WriteString(c.log)
			return c.log
		})
	}
	for id := errNone + 1; id < errCount; id++ {
		e := errorTable[id]
		if want := e.code + ` "` + strings.ReplaceAll(e.reason, `"`, `\"`) + `"`; !strings.Contains(logs.String(), want) {
			t.Errorf("no case for %s", want)
		}
	}
}
