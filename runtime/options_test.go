package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/eventloop/sock/socktest"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// output runs source and returns what it printed.
func output(t *testing.T, rt *runtimetest.Runtime, source string) string {
	t.Helper()
	if err := rt.RunString("[test]", source); err != nil {
		t.Fatalf("%v\n%s", err, rt.Stderr.String())
	}
	return rt.Stdout.String()
}

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1]), Mode: 0o644, ModTime: time.Unix(1e9, 0)}
	}
	return m
}

func TestFSIsWhereModulesComeFrom(t *testing.T) {
	app := files(
		"app/main.js", "console.log(__filename, require('./lib').n, require('dep'), require('dep/sub'), require('/data.json').x, process.cwd());",
		"app/lib/index.js", "exports.n = 1;",
		"node_modules/dep/package.json", `{"exports": {".": "./a.js", "./sub": "./b.js"}}`,
		"node_modules/dep/a.js", "module.exports = 'a'",
		"node_modules/dep/b.js", "module.exports = 'b'",
		"data.json", `{"x": 2}`,
	)
	rt := runtimetest.New(t, runtime.Options{FS: app, Dir: "app"})
	if err := rt.Run(t.Context(), "main.js"); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	if got := rt.Stdout.String(); got != "/app/main.js 1 a b 2 /app\n" {
		t.Errorf("%q", got)
	}
	// The system's modules are out of reach, its files are not.
	rt = runtimetest.New(t, runtime.Options{FS: app})
	if got := output(t, rt, `try { require('`+"/etc/hosts"+`') } catch (e) { console.log(e.code) } console.log(require('fs').existsSync('/'))`); got != "MODULE_NOT_FOUND\ntrue\n" {
		t.Errorf("%q", got)
	}
	// Errors of its modules show their source.
	rt = runtimetest.New(t, runtime.Options{FS: files("bad.js", "\nthrow new Error('x')")})
	var uncaught *runtime.UncaughtError
	if err := rt.RunFile("bad.js"); !errors.As(err, &uncaught) || !strings.HasPrefix(uncaught.Text, "/bad.js:2\nthrow new Error('x')\n") {
		t.Error(err)
	}
}

func TestOnlyFSIsReadOnly(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{FS: files("a/x.txt", "hello", "a/y.txt", "", "z", "zz"), OnlyFS: true})
	got := output(t, rt, `
		const fs = require('fs');
		const t = (f) => { try { return f() } catch (e) { return e.code } };
		const show = (...a) => console.log(...a);
		show(fs.readFileSync('/a/x.txt', 'utf8'), fs.readFileSync('z', 'latin1'), t(() => fs.readFileSync('/etc/hosts')));
		show(fs.readdirSync('/').join(), fs.readdirSync('/', { recursive: true }).join(), t(() => fs.readdirSync('/z')));
		show(fs.statSync('/a').isDirectory(), fs.statSync('/a/x.txt').size, fs.statSync('/z').mtimeMs, fs.existsSync('/no'), fs.realpathSync('/a/../z'));
		show(t(() => fs.writeFileSync('/z', '')), t(() => fs.mkdirSync('/m')), t(() => fs.unlinkSync('/z')), t(() => fs.rmSync('/a', { recursive: true })),
			t(() => fs.renameSync('/z', '/q')), t(() => fs.cpSync('/a', '/b', { recursive: true })), t(() => fs.copyFileSync('/z', '/b')), t(() => fs.accessSync('/z', 2)));
		const fd = fs.openSync('/a/x.txt'), b = Buffer.alloc(3);
		show(fs.readSync(fd, b, 0, 3, 1), String(b), fs.readSync(fd, b, 0, 3), String(b), fs.fstatSync(fd).size, t(() => fs.writeSync(fd, 'x')));
		fs.closeSync(fd);
		show(t(() => fs.readSync(fd, b)), t(() => fs.readSync(0, b)), t(() => fs.closeSync(1)), t(() => fs.watch('/z')));
		fs.createReadStream('/a/x.txt', { start: 1, end: 3 }).on('data', (d) => show(String(d)));
		fs.promises.readFile('/no').catch((e) => show(e.message));
		(async () => { const d = await fs.promises.opendir('/a'); let e; const l = []; while ((e = await d.read())) l.push(e.name + e.isFile()); show(l.join()); await d.close() })();
	`)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	want := []string{
		"hello zz ENOENT", "a,z a,z,a/x.txt,a/y.txt ENOTDIR", "true 5 1000000000000 false /z",
		"EROFS EROFS EROFS EROFS EROFS EROFS EROFS EROFS", "3 ell 3 hel 5 EBADF", "EBADF EBADF EBADF ERR_METHOD_NOT_IMPLEMENTED",
		"ENOENT: no such file or directory, open '/no'", "ell", "x.txttrue,y.txttrue"}
	slices.Sort(lines[6:])
	slices.Sort(want[6:])
	if !slices.Equal(lines, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if _, err := runtime.New(runtime.Options{OnlyFS: true}); err == nil {
		t.Error("OnlyFS without FS")
	}
}

// resolver knows one name.
type resolver struct{}

func (resolver) LookupNetIP(_ context.Context, network, host string) ([]netip.Addr, error) {
	if host != "inside.test" || network == "ip6" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []netip.Addr{netip.MustParseAddr("10.1.2.3")}, nil
}

// memory is a Network in memory.
func memory() *runtime.Network {
	inner := socktest.New()
	split := func(address string) (string, int) {
		host, port, _ := net.SplitHostPort(address)
		n := 0
		fmt.Sscan(port, &n)
		return host, n
	}
	return &runtime.Network{
		Listen: func(ctx context.Context, network, address string) (net.Listener, error) {
			host, port := split(address)
			return inner.Listen(ctx, &sock.ListenOptions{Host: host, Port: port})
		},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port := split(address)
			return inner.Dial(ctx, &sock.DialOptions{Host: host, Port: port})
		},
		Resolver: resolver{},
	}
}

func TestNetworkReplacesTheSystem(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Network: memory()})
	got := output(t, rt, `
		const http = require('http');
		const s = http.createServer((q, r) => r.end('in memory')).listen(80, () => {
			http.get({ host: 'inside.test', agent: false }, (res) => {
				console.log(res.socket.remoteAddress, s.address().port);
				res.on('data', (d) => console.log(String(d))).on('end', () => s.close());
			});
		});
		require('dns').lookup('outside.test', (e) => console.log(e.code));
		require('net').connect({ host: '10.1.2.3', port: 80, localPort: 5 }).on('error', (e) => console.log(e.code));
		require('net').createServer().on('error', (e) => console.log(e.code)).listen({ fd: 0 });
	`)
	for _, want := range []string{"10.1.2.3 80\n", "in memory\n", "ENOTFOUND\n", "ENOTSUP\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if strings.Count(got, "ENOTSUP") != 2 {
		t.Errorf("%q", got)
	}
}

func TestFakeClockMakesRunsRepeatable(t *testing.T) {
	source := `
		const start = Date.now(), p = performance.now(), h = process.hrtime();
		console.log(new Date().toISOString(), p);
		let n = 0;
		const i = setInterval(() => { console.log('i', Date.now() - start, performance.now() - p); if (++n === 3) clearInterval(i) }, 1000);
		setTimeout(() => console.log('hour', Date.now() - start, process.hrtime(h), process.uptime()), 3600e3);
		setTimeout(async () => { await new Promise((r) => setTimeout(r, 5)); console.log('inner', Date.now() - start) }, 10);
		console.log(Math.random(), require('crypto').randomBytes(4).toString('hex'), crypto.randomUUID());
		require('crypto').randomBytes(4, (e, b) => console.log(b.toString('hex'), Date.now() - start >= 0));
	`
	run := func() string {
		clock := runtime.NewFakeClock(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
		rt := runtimetest.New(t, runtime.Options{Clock: clock, Rand: rand.NewPCG(1, 2), CryptoRand: rand.NewChaCha8([32]byte{1})})
		return output(t, rt, source)
	}
	began := time.Now()
	first := run()
	for _, want := range []string{"2000-01-01T00:00:00.000Z 0\n", "i 1000 1000\ni 2000 2000\ni 3000 3000\n", "hour 3600000 [ 3600, 0 ] 3600\n", "inner 15\n"} {
		if !strings.Contains(first, want) {
			t.Errorf("%q lacks %q", first, want)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("an hour of the script's took %v", took)
	}
	if again := run(); again != first {
		t.Errorf("%q\n%q", first, again)
	}
}

func TestFakeClockGoesOnWhileASocketMayTell(t *testing.T) {
	// The server's answer waits for a timer, and so does what the client does.
	rt := runtimetest.New(t, runtime.Options{Clock: runtime.NewFakeClock(time.Unix(0, 0)), Network: memory()})
	got := output(t, rt, `
		const http = require('http');
		const s = http.createServer((q, r) => setTimeout(() => r.end('x'), 20)).listen(80, () => {
			http.get({ host: 'inside.test', agent: false }, (res) => { console.log(res.headers.date, Date.now() >= 20); res.resume(); s.close() });
		});`)
	if got != "Thu, 01 Jan 1970 00:00:00 GMT true\n" {
		t.Errorf("%q", got)
	}
}

func TestManualClockMovesByAdvance(t *testing.T) {
	clock := runtime.NewManualClock(time.Unix(0, 0))
	fired := make(chan int64, 10)
	rt := runtimetest.New(t, runtime.Options{Clock: clock, Globals: map[string]any{"fired": func(ms int64) { fired <- ms }}})
	eval(t, rt, "setTimeout(() => fired(Date.now()), 1000); setTimeout(() => fired(Date.now()), 60000)")
	clock.Advance(999 * time.Millisecond)
	eval(t, rt, "0")
	select {
	case ms := <-fired:
		t.Error("too early:", ms)
	default:
	}
	clock.Advance(time.Millisecond)
	if ms := <-fired; ms != 1000 {
		t.Error(ms)
	}
	clock.Advance(time.Hour)
	if ms := <-fired; ms != 3601000 {
		t.Error(ms)
	}
}

// records is a slog.Handler that keeps texts.
type records struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.Write(p)
}

func (r *records) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.String()
}

func TestLoggerHearsOfWhatFails(t *testing.T) {
	var log records
	rt := runtimetest.New(t, runtime.Options{ID: "one", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err := rt.RunString("[test]", "throw new Error('seen')"); err == nil {
		t.Error("no error")
	}
	if got := log.String(); !strings.Contains(got, "level=ERROR") || !strings.Contains(got, "runtime=one") || !strings.Contains(got, "Error: seen") {
		t.Errorf("%q", got)
	}
}

func TestObserverSeesRequestsEntriesHandles(t *testing.T) {
	var requests []runtime.Request
	entries, most, open := 0, 0, 0
	rt := runtimetest.New(t, runtime.Options{Network: memory(), Observer: &runtime.Observer{
		Entry:   func(time.Duration) { entries++ },
		Request: func(r runtime.Request) { requests = append(requests, r) },
		Handles: func(n int) { most, open = max(most, n), n },
	}})
	output(t, rt, `
		const http = require('http');
		const s = http.createServer((q, r) => { if (q.url === '/cut') return q.socket.destroy(); r.statusCode = 201; r.end('x') }).listen(80, () => {
			http.get({ host: 'inside.test', path: '/a?b', agent: false }, (res) => { res.resume();
				http.get({ host: 'inside.test', path: '/cut', agent: false }).on('error', () => s.close());
			});
		});`)
	if len(requests) != 2 || requests[0].Target != "/a?b" || requests[0].Method != "GET" || requests[0].Status != 201 || requests[0].Aborted ||
		requests[1].Target != "/cut" || requests[1].Status != 0 || !requests[1].Aborted {
		t.Errorf("%+v", requests)
	}
	if entries < 5 || most < 3 || open != 0 {
		t.Error(entries, most, open)
	}
}

func TestPIDAndGlobals(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{PID: 7, Globals: map[string]any{"n": 5}})
	if v := eval(t, rt, "process.pid + n"); v.ToInteger() != 12 {
		t.Error(v)
	}
	var vm *goja.Runtime
	if err := rt.Do(t.Context(), func(v *goja.Runtime) error { vm = v; return nil }); err != nil || vm == nil {
		t.Error(err)
	}
}
