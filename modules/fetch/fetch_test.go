package fetch_test

import (
	"context"
	"net"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// run runs a script and returns what it wrote.
func run(t *testing.T, o runtime.Options, script string) string {
	t.Helper()
	rt := runtimetest.New(t, o)
	if err := rt.RunString("test.js", script); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	return rt.Stdout.String()
}

func TestFetchHeedsPermissions(t *testing.T) {
	got := run(t, runtime.Options{Permissions: &runtime.Permissions{}}, `
		const show = (e) => console.log(e.name, e.message, e.cause.code, e.cause.permission, e.cause.resource);
		fetch('http://127.0.0.1:8080/').catch((e) => { show(e); return fetch('http://name.test/'); }).catch(show)
			.then(() => fetch('data:,x')).then((r) => r.text()).then(console.log);`)
	const want = "TypeError fetch failed ERR_ACCESS_DENIED Net 127.0.0.1:8080\nTypeError fetch failed ERR_ACCESS_DENIED Net name.test:80\nx\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFetchRefusesABodyThatIsLongerThanItSays(t *testing.T) {
	got := run(t, runtime.Options{}, `
		const s = require('net').createServer((so) => so.on('error', () => {})).listen(0, async () => {
			const url = 'http://127.0.0.1:' + s.address().port;
			const ask = (body) => fetch(url, { method: 'POST', duplex: 'half', headers: { 'content-length': 2 }, body }).catch((e) => console.log(e.cause.code));
			await ask('abc');
			await ask(new ReadableStream({ start(c) { c.enqueue(Buffer.from('ab')); c.enqueue(Buffer.from('c')); } }));
			s.close();
		});`)
	if want := strings.Repeat("UND_ERR_REQ_CONTENT_LENGTH_MISMATCH\n", 2); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFetchCancelsTheBodyItSends: the source of a body that is no longer wanted hears of it, and its connection is closed.
func TestFetchCancelsTheBodyItSends(t *testing.T) {
	got := run(t, runtime.Options{}, `
		const endless = () => new ReadableStream({ start(c) { c.enqueue(new Uint8Array(5)); }, cancel(reason) { console.log('cancelled', reason); } });
		const replies = ['', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', 'HTTP/1.1 303 Go\r\nlocation: http://127.0.0.1:25/\r\ncontent-length: 0\r\n\r\n'];
		let heard, closed;
		const s = require('net').createServer((so) => {
			so.on('error', () => {}).on('close', closed);
			so.once('data', () => { so.write(replies.shift()); heard(); });
		}).listen(0, async () => {
			const ask = async (signal) => {
				const end = new Promise((done) => { closed = done; });
				try {
					const res = await fetch('http://127.0.0.1:' + s.address().port, { method: 'POST', duplex: 'half', body: endless(), signal });
					console.log(await res.text());
				} catch (e) {
					console.log(e.message || e);
				}
				await end;
			};
			const c = new AbortController();
			heard = () => c.abort('why');
			await ask(c.signal);
			heard = () => {};
			await ask();
			await ask();
			s.close();
		});`)
	if want := "cancelled why\nwhy\ncancelled undefined\nok\ncancelled undefined\nfetch failed\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFetchFollowsTheStandardWhereNodeDoesNot holds what the tests shared with node cannot.
func TestFetchFollowsTheStandardWhereNodeDoesNot(t *testing.T) {
	got := run(t, runtime.Options{}, `
		const http = require('http');
		const other = http.createServer((q, r) => r.end('other')).listen(0);
		const s = http.createServer((q, r) => {
			console.log(q.headers.referer);
			r.writeHead(302, { location: 'http://127.0.0.1:' + other.address().port });
			r.end();
		}).listen(0, async () => {
			const url = 'http://127.0.0.1:' + s.address().port;
			const res = await fetch(url, { mode: 'no-cors', referrer: url, referrerPolicy: 'no-referrer' });
			console.log(res.type, res.status, res.url, res.body);
			const blob = URL.createObjectURL(new Blob(['hello']));
			for (const range of ['bytes=1-2', 'bytes=3-', 'bytes=-2', 'bytes = 0 - 9', 'bytes=-9']) {
				const part = await fetch(blob, { headers: { range } });
				console.log(part.status, part.headers.get('content-range'), part.headers.get('content-length'), await part.text());
			}
			const reply = require('stream').Readable.from(['', 'x', new Uint8Array(0)]);
			console.log(await new Response(reply).text());
			s.close();
			other.close();
		});`)
	const want = "undefined\nopaque 0  null\n206 bytes 1-2/5 2 el\n206 bytes 3-4/5 2 lo\n206 bytes 3-4/5 2 lo\n206 bytes 0-4/5 5 hello\n206 bytes 0-4/5 5 hello\nx\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFetchDoesNotWaitForEver(t *testing.T) {
	clock := runtime.NewManualClock(time.Unix(0, 0))
	waiting := make(chan string, 1)
	rt := runtimetest.New(t, runtime.Options{Clock: clock, Globals: map[string]any{"waiting": func(what string) { waiting <- what }}})
	done := make(chan error, 1)
	go func() {
		done <- rt.RunString("test.js", `
			let n = 0;
			const s = require('net').createServer((so) => {
				so.on('error', () => {});
				so.on('data', () => { if (n++ > 0) so.write('HTTP/1.1 200 OK\r\n\r\nhalf'); else waiting('for the head'); });
			}).listen(0, async () => {
				const url = 'http://127.0.0.1:' + s.address().port;
				const show = (e) => console.log(e.message, e.cause.name, e.cause.code, e.cause.message);
				await fetch(url).catch(show);
				const reader = (await fetch(url)).body.getReader();
				await reader.read();
				const rest = reader.read();
				waiting('for the rest');
				await rest.catch(show);
				s.close();
			});`)
	}()
	for range 2 {
		<-waiting
		clock.Advance(301 * time.Second)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	const want = "fetch failed HeadersTimeoutError UND_ERR_HEADERS_TIMEOUT Headers Timeout Error\n" +
		"terminated BodyTimeoutError UND_ERR_BODY_TIMEOUT Body Timeout Error\n"
	if got := rt.Stdout.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFetchDoesNotWaitForAConnectionForEver(t *testing.T) {
	clock := runtime.NewManualClock(time.Unix(0, 0))
	dialing := make(chan struct{}, 1)
	rt := runtimetest.New(t, runtime.Options{Clock: clock, Network: &runtime.Network{
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialing <- struct{}{}
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}})
	done := make(chan error, 1)
	go func() {
		done <- rt.RunString("test.js", `fetch('http://10.0.0.1').catch((e) => console.log(e.message, e.cause.name, e.cause.code, e.cause.message))`)
	}()
	<-dialing
	clock.Advance(11 * time.Second)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	const want = "fetch failed ConnectTimeoutError UND_ERR_CONNECT_TIMEOUT Connect Timeout Error (attempted address: 10.0.0.1:80, timeout: 10000ms)\n"
	if got := rt.Stdout.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestResponseThatIsGarbageGivesItsConnectionBack lets a server see that nobody wants a body any more.
func TestResponseThatIsGarbageGivesItsConnectionBack(t *testing.T) {
	rt := runtimetest.New(t)
	do := func(source string) (ok bool) {
		t.Helper()
		if err := rt.Do(context.Background(), func(vm *goja.Runtime) error {
			v, err := vm.RunString(source)
			ok = err == nil && v.ToBoolean()
			return err
		}); err != nil {
			t.Fatal(err) // the deadline of runtimetest ends what never comes
		}
		return ok
	}
	do(`
		var asked = 0, gone = 0, kept;
		var server = process.getBuiltinModule('http').createServer((req, res) => {
			res.on('close', () => gone++);
			const more = () => { while (res.write(Buffer.alloc(65536))); };
			res.on('drain', more);
			more();
		}).listen(0, () => {
			const url = 'http://127.0.0.1:' + server.address().port;
			fetch(url).then(() => asked++);
			fetch(url).then((res) => { kept = res; asked++; });
		});`)
	for !do(`asked === 2 && gone === 1`) {
		goruntime.GC()
	}
	do(`server.close(); kept.body.cancel()`)
	for !do(`gone === 2`) {
		goruntime.Gosched()
	}
}
