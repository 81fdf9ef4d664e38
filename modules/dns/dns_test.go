package dns_test

import (
	"encoding/binary"
	"flag"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

var record = flag.Bool("record", false, "run the script on the node in PATH and write down what it prints")

// zone is a name server on the loopback, over UDP and TCP, for the zone "test".
type zone struct {
	udp net.PacketConn
	tcp net.Listener

	mu    sync.Mutex
	asked map[string]int
}

func newZone(t *testing.T) *zone {
	t.Helper()
	z := &zone{asked: make(map[string]int)}
	// Both on one port: a few tries, since another process may have the one that UDP got.
	for range 20 {
		udp, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		tcp, err := net.Listen("tcp4", udp.LocalAddr().String())
		if err != nil {
			udp.Close()
			continue
		}
		z.udp, z.tcp = udp, tcp
		break
	}
	if z.udp == nil {
		t.Fatal("no port that is free for UDP and TCP")
	}
	var wg sync.WaitGroup
	wg.Go(z.udpLoop)
	wg.Go(z.tcpLoop)
	t.Cleanup(func() {
		z.udp.Close()
		z.tcp.Close()
		wg.Wait()
	})
	return z
}

func (z *zone) addr() string { return z.udp.LocalAddr().String() }

func (z *zone) udpLoop() {
	buf := make([]byte, 4096)
	for {
		n, from, err := z.udp.ReadFrom(buf)
		if err != nil {
			return
		}
		for _, msg := range z.answer(buf[:n], false) {
			z.udp.WriteTo(msg, from)
		}
	}
}

func (z *zone) tcpLoop() {
	for {
		conn, err := z.tcp.Accept()
		if err != nil {
			return
		}
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		var size [2]byte
		for {
			if _, err := io.ReadFull(conn, size[:]); err != nil {
				break
			}
			msg := make([]byte, binary.BigEndian.Uint16(size[:]))
			if _, err := io.ReadFull(conn, msg); err != nil {
				break
			}
			for _, reply := range z.answer(msg, true) {
				conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
			}
		}
		conn.Close()
	}
}

func name(s string) dnsmessage.Name { return dnsmessage.MustNewName(s) }

// answer returns the datagrams that follow a request; none makes the client wait.
func (z *zone) answer(request []byte, tcp bool) [][]byte {
	var m dnsmessage.Message
	if m.Unpack(request) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	asked := strings.ToLower(q.Name.String())
	z.mu.Lock()
	z.asked[asked]++
	z.mu.Unlock()
	reply := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions}
	add := func(ttl uint32, body dnsmessage.ResourceBody, typ dnsmessage.Type) {
		if q.Type != typ && q.Type != dnsmessage.TypeALL && typ != dnsmessage.TypeCNAME {
			return
		}
		reply.Answers = append(reply.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: typ, Class: dnsmessage.ClassINET, TTL: ttl}, Body: body})
	}
	raw := func(typ dnsmessage.Type, data string) {
		add(300, &dnsmessage.UnknownResource{Type: typ, Data: []byte(data)}, typ)
	}
	switch asked {
	case "a.test.":
		add(300, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}}, dnsmessage.TypeA)
		add(200, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 2}}, dnsmessage.TypeA)
		add(100, &dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 1, 0xd, 0xb8, 15: 1}}, dnsmessage.TypeAAAA)
		add(300, &dnsmessage.MXResource{Pref: 10, MX: name("mail.test.")}, dnsmessage.TypeMX)
		add(300, &dnsmessage.NSResource{NS: name("ns1.test.")}, dnsmessage.TypeNS)
		add(300, &dnsmessage.TXTResource{TXT: []string{"one", "two \xe9"}}, dnsmessage.TypeTXT)
		add(300, &dnsmessage.TXTResource{TXT: []string{"v=spf1 -all"}}, dnsmessage.TypeTXT)
		add(300, &dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 8080, Target: name("host.test.")}, dnsmessage.TypeSRV)
		add(300, &dnsmessage.PTRResource{PTR: name("pointed.test.")}, dnsmessage.TypePTR)
		raw(35, "\x00\x64\x00\x0a\x01s\x07SIP+D2U\x00\x04_sip\x04_udp\x04test\x00")
		add(300, &dnsmessage.SOAResource{NS: name("ns1.test."), MBox: name("admin.test."), Serial: 3210987654, Refresh: 900, Retry: 901, Expire: 1800, MinTTL: 60}, dnsmessage.TypeSOA)
		raw(257, "\x00\x05issueca.test")
		raw(257, "\x80\x09issuewild;")
		raw(65400, "unknown to all")
	case "tlsa.test.":
		raw(52, "\x03\x01\x01\xde\xad\xbe\xef")
	case "alias.test.":
		add(50, &dnsmessage.CNAMEResource{CNAME: name("a.test.")}, dnsmessage.TypeCNAME)
		if q.Type == dnsmessage.TypeA {
			add(300, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}}, dnsmessage.TypeA)
		}
	case "7.2.0.192.in-addr.arpa.", "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.":
		add(300, &dnsmessage.PTRResource{PTR: name("seven.test.")}, dnsmessage.TypePTR)
	case "only-a.test.", "xn--bcher-kva.test.":
		add(300, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 3}}, dnsmessage.TypeA)
	case "servfail.test.":
		reply.RCode = dnsmessage.RCodeServerFailure
	case "refused.test.":
		reply.RCode = dnsmessage.RCodeRefused
	case "notimp.test.":
		reply.RCode = dnsmessage.RCodeNotImplemented
	case "big.test.":
		if reply.Truncated = !tcp; tcp {
			for range 40 {
				add(300, &dnsmessage.TXTResource{TXT: []string{strings.Repeat("x", 100)}}, dnsmessage.TypeTXT)
			}
		}
	case "old.test.":
		if len(m.Additionals) > 0 {
			reply.Questions = nil
			reply.RCode = dnsmessage.RCodeFormatError
			break
		}
		add(300, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 4}}, dnsmessage.TypeA)
	case "spoofed.test.":
		add(300, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 5}}, dnsmessage.TypeA)
		forged := reply
		forged.ID++
		forged.Answers = []dnsmessage.Resource{{Header: reply.Answers[0].Header, Body: &dnsmessage.AResource{A: [4]byte{6, 6, 6, 6}}}}
		other := reply
		other.Questions = []dnsmessage.Question{{Name: name("evil.test."), Type: q.Type, Class: q.Class}}
		other.Answers = forged.Answers
		return [][]byte{pack(&forged), pack(&other), pack(&reply)}
	case "noise.test.":
		add(300, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 6}}, dnsmessage.TypeA)
		return [][]byte{{1, 2, 3}, {}, pack(&reply)}
	case "garbage.test.":
		msg := pack(&reply)
		binary.BigEndian.PutUint16(msg[6:], 3) // three answers that are not there
		return [][]byte{msg}
	case "badcaa.test.":
		raw(257, "\x00\xff")
	case "silent.test.":
		return nil
	default:
		reply.RCode = dnsmessage.RCodeNameError
	}
	return [][]byte{pack(&reply)}
}

func pack(m *dnsmessage.Message) []byte {
	msg, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return msg
}

func (z *zone) count(asked string) int {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.asked[asked]
}

func TestResolverAnswersAsNodeDoes(t *testing.T) {
	z := newZone(t)
	var got string
	if *record {
		cmd := exec.CommandContext(t.Context(), "node", "testdata/resolver.js")
		cmd.Env = append(os.Environ(), "NAME_SERVER="+z.addr())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if err := os.WriteFile("testdata/resolver.txt", out, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	rt := runtimetest.New(t, runtime.Options{Env: map[string]string{"NAME_SERVER": z.addr()}})
	if err := rt.RunFile("testdata/resolver.js"); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	got = rt.Stdout.String()
	want, err := os.ReadFile("testdata/resolver.txt")
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		g, w := "(nothing)", "(nothing)"
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, g, w)
		}
	}
}

// run runs a script that asks z and returns what it prints.
func run(t *testing.T, z *zone, script string) string {
	t.Helper()
	rt := runtimetest.New(t, runtime.Options{Env: map[string]string{"NAME_SERVER": z.addr()}})
	err := rt.RunString("[test]", `
		const dns = require('dns'), assert = require('assert');
		const resolver = (o) => { const r = new dns.Resolver(o); r.setServers([process.env.NAME_SERVER]); return r; };
		`+script)
	if err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	return rt.Stdout.String()
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestResolveTlsa(t *testing.T) {
	expect(t, run(t, newZone(t), `resolver().resolveTlsa('tlsa.test', (err, [r]) => {
		console.log(r.certUsage, r.selector, r.match, r.data instanceof ArrayBuffer, Buffer.from(r.data).toString('hex'));
	})`), "3 1 1 true deadbeef")
}

func TestQueryTimesOutAfterAllTries(t *testing.T) {
	z := newZone(t)
	expect(t, run(t, z, `resolver({ timeout: 10, tries: 3 }).resolve4('silent.test', (err) => console.log(err.message, err.code === dns.TIMEOUT))`),
		"queryA ETIMEOUT silent.test true")
	if n := z.count("silent.test."); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

func TestQueryMovesOnToTheNextServer(t *testing.T) {
	dead, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := dead.LocalAddr().String()
	dead.Close() // the system answers with ICMP: port unreachable
	expect(t, run(t, newZone(t), `
		const r = new dns.Resolver();
		r.setServers(['`+address+`', process.env.NAME_SERVER]);
		r.resolve4('a.test', (err, a) => {
			console.log(err, a.join());
			const only = new dns.Resolver({ tries: 1 });
			only.setServers(['`+address+`']);
			only.resolve4('a.test', (err) => console.log(err.code));
		});`),
		"null 192.0.2.1,192.0.2.2\nECONNREFUSED")
}

// Datagrams that are no answer at all may come from anybody: they must not end the query.
func TestNoiseIsNotAnAnswer(t *testing.T) {
	expect(t, run(t, newZone(t), `resolver().resolve4('noise.test', (err, a) => console.log(err, a[0]))`), "null 192.0.2.6")
}

func TestBrokenAnswersAreBadResponses(t *testing.T) {
	expect(t, run(t, newZone(t), `
		resolver().resolve4('garbage.test', (err) => console.log(err.code));
		resolver().resolveCaa('badcaa.test', (err) => console.log(err.code));`), "EBADRESP\nEBADRESP")
}

func TestCancelEndsQueriesInOrder(t *testing.T) {
	expect(t, run(t, newZone(t), `
		const r = resolver();
		for (const n of ['a', 'b', 'c']) r.resolveMx(n + '.silent.test', (err) => console.log(err.code, err.syscall, err.hostname));
		r.cancel();
		console.log('cancelled');
		resolver().resolve4('a.test', (err, a) => console.log(a[0]));`),
		"cancelled\nECANCELLED queryMx a.silent.test\nECANCELLED queryMx b.silent.test\nECANCELLED queryMx c.silent.test\n192.0.2.1")
}

func TestSetLocalAddressIsWhereQueriesComeFrom(t *testing.T) {
	expect(t, run(t, newZone(t), `
		const r = resolver({ tries: 1 });
		r.setLocalAddress('127.0.0.1', '::1');
		r.resolve4('a.test', (err, a) => {
			console.log(err, a[0]);
			r.setLocalAddress('203.0.113.99'); // none of ours
			r.resolve4('a.test', (err) => console.log(err.code));
		});`),
		"null 192.0.2.1\nECONNREFUSED")
}

func TestCloseEndsQueries(t *testing.T) {
	z := newZone(t)
	rt := runtimetest.New(t, runtime.Options{Env: map[string]string{"NAME_SERVER": z.addr()}})
	err := rt.RunString("[test]", `
		const r = new (require('dns').Resolver)({ timeout: 60000 });
		r.setServers([process.env.NAME_SERVER]);
		r.resolve4('silent.test', () => console.log('never'));
		process.exit(0);`)
	if err != nil || rt.Stdout.Len() > 0 { // that no goroutine is left, runtimetest sees
		t.Error(err, rt.Stdout.String())
	}
}
