package web

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// door is a modules.Door with what these tests need: a task below a JS frame, then promise jobs.
type door struct {
	vm    *goja.Runtime
	frame goja.Callable
}

func (d *door) Enter(t modules.Task) {
	if _, err := d.frame(goja.Undefined(), d.vm.ToValue(func(goja.FunctionCall) goja.Value { t.Run(); return nil })); err != nil {
		panic(err)
	}
}
func (d *door) NextTick(t modules.Task) { d.Enter(t) }
func (d *door) Tick() uint64            { return 0 }
func (d *door) Exit(int)                {}

func newTestRoom(t *testing.T) (*Room, *door) {
	vm := goja.New()
	v, err := vm.RunString(`(function (run) { run() })`)
	if err != nil {
		t.Fatal(err)
	}
	d := &door{vm: vm}
	d.frame, _ = goja.AssertFunction(v)
	vm.Get("Symbol").(*goja.Object).Set("asyncIterator", goja.NewSymbol("Symbol.asyncIterator"))
	h := &modules.Host{VM: vm, Err: nodeerr.NewErrors(vm), Door: d}
	return Rooms.Of(h), d
}

// lines is a Source that gives one line a pull.
type lines struct {
	text  []string
	pulls int
	why   goja.Value
	fail  goja.Value
}

func (l *lines) Pull(f *Feed) {
	l.pulls++
	switch {
	case len(l.text) > 0:
		f.Enqueue([]byte(l.text[0]))
		l.text = l.text[1:]
	case l.fail != nil:
		f.Error(l.fail)
	default:
		f.Close()
	}
}

func (l *lines) Cancel(reason goja.Value, done func(err goja.Value)) {
	l.why = reason
	done(l.fail)
}

func TestByteStreamIsPulledWhenItIsRead(t *testing.T) {
	r, d := newTestRoom(t)
	src := &lines{text: []string{"one", "two"}}
	var chunks []string
	var s *ReadableStream
	d.Enter(modules.Func(func() {
		s = Of(r.NewByteStream(src).Object())
	}))
	if src.pulls != 0 || s.Locked() || s.Disturbed() {
		t.Fatalf("before a read: pulls %d, locked %v, disturbed %v", src.pulls, s.Locked(), s.Disturbed())
	}
	d.Enter(modules.Func(func() {
		rd := s.Reader()
		for range 3 {
			rd.Read(func(chunk goja.Value, done bool, err goja.Value) {
				if done {
					chunks = append(chunks, "end")
					return
				}
				b, _ := buffer.Bytes(chunk)
				chunks = append(chunks, string(b))
			})
		}
	}))
	if want := []string{"one", "two", "end"}; !slices.Equal(chunks, want) || src.pulls != 3 || !s.Locked() || !s.Disturbed() {
		t.Errorf("read %q with %d pulls, locked %v, disturbed %v", chunks, src.pulls, s.Locked(), s.Disturbed())
	}
}

func TestByteStreamPassesErrorsAndCancel(t *testing.T) {
	r, d := newTestRoom(t)
	src := &lines{fail: r.vm.ToValue("broken")}
	d.Enter(modules.Func(func() {
		f := r.NewByteStream(src)
		Of(f.Object()).Reader().Read(func(_ goja.Value, done bool, err goja.Value) {
			if done || err != src.fail {
				t.Errorf("read gave done %v, error %v", done, err)
			}
		})
	}))
	var p goja.Value
	d.Enter(modules.Func(func() {
		f := r.NewByteStream(src)
		p = Of(f.Object()).Cancel(r.vm.ToValue("enough"))
		f.Enqueue([]byte("late"))
		f.Close()
		if f.Open() {
			t.Error("a cancelled stream is open")
		}
	}))
	if pr := p.Export().(*goja.Promise); src.why.String() != "enough" || pr.State() != goja.PromiseStateRejected || pr.Result() != src.fail {
		t.Errorf("cancel: reason %v, promise %v %v", src.why, pr.State(), pr.Result())
	}
}

func TestReaderLocksAndLetsGo(t *testing.T) {
	r, d := newTestRoom(t)
	var got []string
	d.Enter(modules.Func(func() {
		s := Of(r.NewByteStream(&lines{text: []string{"kept"}}).Object())
		a, b := s.Tee()
		if !s.Locked() || Of(s.Object()) != s || IsReadableStream(r.vm.NewObject()) || s.Errored() != nil {
			t.Error("the stream does not know its state")
		}
		ex := r.vm.Try(func() { s.Reader() })
		if ex == nil || !strings.Contains(ex.Value().String(), "ReadableStream is locked") {
			t.Errorf("a second reader: %v", ex)
		}
		rd := a.Reader()
		rd.Read(func(_ goja.Value, _ bool, err goja.Value) { got = append(got, fmt.Sprint(err)) })
		rd.ReleaseLock()
		rd.ReleaseLock()
		if a.Locked() {
			t.Error("a released stream is locked")
		}
		b.Reader().Read(func(chunk goja.Value, _ bool, _ goja.Value) {
			bytes, _ := buffer.Bytes(chunk)
			got = append(got, string(bytes))
		})
	}))
	if len(got) != 2 || !strings.Contains(got[0], "Releasing reader") || got[1] != "kept" {
		t.Errorf("got %q", got)
	}
}

func TestPromiseJobsKeepTheirOrderWhenGoMakesErrors(t *testing.T) {
	r, d := newTestRoom(t)
	var log []string
	d.Enter(modules.Func(func() {
		r.Job(func() {
			r.Job(func() { log = append(log, "second") })
			_ = r.rejected(r.vm.ToValue(errors.New("x").Error()))
			_ = r.invalidState("x")
			log = append(log, "first")
		})
	}))
	if want := []string{"first", "second"}; !slices.Equal(log, want) {
		t.Errorf("order %q", log)
	}
}
