package stream_test

import (
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream"
)

// socket is a class as net would write it: both halves in one allocation, fed from Go.
type socket struct {
	bind.State
	events.Emitter
	stream.Readable
	stream.Writable
	h         *host
	feed      [][]byte
	got       strings.Builder
	destroyed int
	finals    int
}

func (s *socket) Read(int) {
	if len(s.feed) == 0 {
		s.Readable.PushEOF()
		return
	}
	b := s.feed[0]
	s.feed = s.feed[1:]
	s.Readable.Push(b)
}

func (s *socket) Write(c stream.Chunk, done func(err goja.Value)) {
	s.got.Write(c.Append(nil))
	done(nil)
}

func (s *socket) Final(done func(err goja.Value)) {
	s.finals++
	done(nil)
}

func (s *socket) Destroy(err goja.Value, done func(err goja.Value)) {
	s.destroyed++
	done(err)
}

// sink hides the halves' own methods named as the Sink's.
type endpoint struct{ *socket }

func (e endpoint) Read(n int) { e.socket.Read(n) }

func newSocket(h *host, proto *goja.Object, feed ...string) *socket {
	s := &socket{h: h}
	for _, f := range feed {
		s.feed = append(s.feed, []byte(f))
	}
	r := stream.Rooms.Of(h.Host)
	obj := h.vm.CreateObject(proto)
	bind.Attach(obj, &s.State)
	events.Init(&s.State, &s.Emitter)
	r.InitReadable(obj, &s.State, &s.Readable, endpoint{s}, stream.ReadableOptions{})
	r.InitWritable(obj, &s.State, &s.Writable, endpoint{s}, stream.WritableOptions{KeepStrings: true})
	return s
}

func (h *host) do(fn func()) { h.Enter(modules.Func(fn)) }

func TestPipeBetweenGoStreamsMakesNoBuffer(t *testing.T) {
	h := newHost(t)
	r := stream.Rooms.Of(h.Host)
	var a, b *socket
	h.do(func() {
		a = newSocket(h, r.Duplex.Proto, "one ", "two ", "three")
		b = newSocket(h, r.Duplex.Proto)
		a.Readable.Pipe(b.Readable.Object(), true)
	})
	if got := b.got.String(); got != "one two three" {
		t.Errorf("got %q", got)
	}
	if b.finals != 1 || !b.Finished() {
		t.Errorf("finals = %d, finished = %v", b.finals, b.Finished())
	}
}

func TestReplacedMethodsAreCalled(t *testing.T) {
	h := newHost(t)
	r := stream.Rooms.Of(h.Host)
	h.do(func() {
		s := newSocket(h, r.Duplex.Proto, "x")
		o := s.Readable.Object()
		h.vm.Set("s", o)
		h.vm.RunString(`s._write = function(c, e, cb) { log('_write', c, e); cb(); };
			s._destroy = function(e, cb) { log('_destroy', e); cb(e); };
			s.on('data', function(d) { log('data', d); }); s.on('close', function() { log('close'); });
			s.write('str', 'latin1'); s.end();`)
		if s.got.Len() > 0 {
			t.Error("the sink was written to")
		}
	})
	want := "_write str latin1\ndata <x>\n_destroy null\nclose"
	if got := strings.Join(h.log, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNativeMethodsAnswerToJavaScript(t *testing.T) {
	h := newHost(t)
	r := stream.Rooms.Of(h.Host)
	h.do(func() {
		s := newSocket(h, r.Duplex.Proto, "x")
		h.vm.Set("s", s.Readable.Object())
		if _, err := h.vm.RunString(`var w = s._write; s._write = function(c, e, cb) { log('seen', c); w.call(this, c, e, cb); };
			s.write('abc', function(e) { log('cb', e); }); s._destroy(null, function(e) { log('destroyed', e); });`); err != nil {
			t.Fatal(err)
		}
		if s.got.String() != "abc" || s.destroyed != 1 {
			t.Errorf("got %q, destroyed %d", s.got.String(), s.destroyed)
		}
	})
	if got := strings.Join(h.log, "\n"); got != "seen abc\ndestroyed null\ncb null" {
		t.Errorf("got\n%s", got)
	}
}

func TestDataFuncGetsBytes(t *testing.T) {
	h := newHost(t)
	r := stream.Rooms.Of(h.Host)
	var got strings.Builder
	h.do(func() {
		s := newSocket(h, r.Duplex.Proto, "a", "b", "c")
		s.SetDataFunc(func(b []byte) { got.Write(b) })
		r.Finished(s.Readable.Object(), stream.FinishedOptions{NoWritable: true}, func(err goja.Value) {
			if err != nil {
				t.Error(err)
			}
			got.WriteString(".")
		})
	})
	if got.String() != "abc." {
		t.Errorf("got %q", got.String())
	}
}

func TestPipelineFromGo(t *testing.T) {
	h := newHost(t)
	r := stream.Rooms.Of(h.Host)
	done := false
	h.do(func() {
		a, b := newSocket(h, r.Duplex.Proto, "a", "b"), newSocket(h, r.Duplex.Proto)
		r.Pipeline([]goja.Value{a.Readable.Object(), b.Readable.Object()}, func(err, _ goja.Value) {
			done = err == nil && b.got.String() == "ab"
		})
	})
	if !done {
		t.Error("not done")
	}
}

// The budgets below are allocations; a change that breaks one should say why.

func budget(t *testing.T, name string, max float64, fn func()) {
	t.Helper()
	if raceEnabled {
		return
	}
	if got := testing.AllocsPerRun(200, fn); got > max {
		t.Errorf("%s: %.1f allocations, budget %.0f", name, got, max)
	} else {
		t.Logf("%s: %.1f allocations of %.0f", name, got, max)
	}
}

type idle struct{}

func (idle) Read(int)                                        {}
func (idle) Write(_ stream.Chunk, done func(err goja.Value)) { done(nil) }

func TestAllocations(t *testing.T) {
	h := newHost(t)
	r := stream.Rooms.Of(h.Host)
	proto := r.Duplex.Proto
	chunk := []byte("hello")
	fresh := func() *socket {
		s := &socket{h: h}
		obj := h.vm.CreateObject(proto)
		bind.Attach(obj, &s.State)
		events.Init(&s.State, &s.Emitter)
		r.InitReadable(obj, &s.State, &s.Readable, idle{}, stream.ReadableOptions{})
		r.InitWritable(obj, &s.State, &s.Writable, idle{}, stream.WritableOptions{})
		return s
	}
	h.do(func() {
		ticks := func() {
			for i := 0; i < len(h.ticks); i++ {
				h.ticks[i].Run()
			}
			h.ticks = h.ticks[:0]
		}
		s := fresh()
		s.SetDataFunc(func([]byte) {})
		ticks()
		budget(t, "push to a Go consumer", 0, func() { s.Push(chunk); ticks() })

		s = fresh()
		fn, _ := h.vm.RunString(`(function(d) {})`)
		on, _ := bind.ToCallable(s.Readable.Object().Get("on"))
		on.Call(s.Readable.Object(), bind.String("data"), fn)
		ticks()
		budget(t, "push to a JavaScript listener", 12, func() { s.Push(chunk); ticks() })

		s = fresh()
		budget(t, "write to a Go sink", 0, func() { s.Writable.Write(chunk, stream.Callback{}); ticks() })

		base := testing.AllocsPerRun(200, func() { fresh() })
		t.Logf("a new Duplex: %.1f allocations", base)
		budget(t, "end of data, end, finish and close with no listeners", base, func() {
			s := fresh()
			s.Push(nil)
			s.PushEOF()
			s.Resume()
			s.End(stream.Callback{})
			ticks()
			if !s.Readable.Closed() {
				t.Fatal("not closed")
			}
		})
		budget(t, "end of data that nobody looks at", base, func() { fresh().PushEOF(); ticks() })
	})
}

func BenchmarkPushToListener(b *testing.B) {
	h := newHost(b)
	r := stream.Rooms.Of(h.Host)
	chunk := make([]byte, 1024)
	h.do(func() {
		s := newSocket(h, r.Duplex.Proto)
		s.feed = nil
		r.InitReadable(s.Readable.Object(), &s.State, &s.Readable, idle{}, stream.ReadableOptions{})
		fn, _ := h.vm.RunString(`(function(d) {})`)
		on, _ := bind.ToCallable(s.Readable.Object().Get("on"))
		on.Call(s.Readable.Object(), bind.String("data"), fn)
		for b.Loop() {
			s.Push(chunk)
			for i := 0; i < len(h.ticks); i++ {
				h.ticks[i].Run()
			}
			h.ticks = h.ticks[:0]
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	h := newHost(b)
	r := stream.Rooms.Of(h.Host)
	chunk := make([]byte, 1024)
	h.do(func() {
		s := newSocket(h, r.Duplex.Proto)
		r.InitWritable(s.Readable.Object(), &s.State, &s.Writable, idle{}, stream.WritableOptions{})
		for b.Loop() {
			s.Writable.Write(chunk, stream.Callback{})
		}
	})
}
