package process

import (
	"io"
	"os"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream"
)

// input reads Settings.Stdin in a goroutine of its own, one piece when asked. Reading keeps the
// process alive; a paused stdin does not.
type input struct {
	bind.State
	events.Emitter
	stream.Readable
	r       *Room
	in      io.Reader
	pending *eventloop.Pending
	chunk   []byte
	err     error
	opened  bool   // by the script: to be closed
	cooked  func() // sets the terminal back from raw mode; nil: it is not in it
	wait    *patience
	asked   bool // a read was called off, and is to be made when the stream goes on
}

func (r *Room) newStdin() goja.Value {
	in := r.h.Settings.Stdin
	proto := stream.Rooms.Of(r.h).Readable.Proto
	if isTerminal(in) {
		proto = r.terminals().ReadStream.Proto
	}
	obj := r.h.VM.CreateObject(proto)
	r.initInput(obj, in)
	obj.Set("fd", 0)
	return obj
}

func (r *Room) initInput(obj *goja.Object, in io.Reader) *input {
	s := &input{r: r, in: in}
	bind.Attach(obj, &s.State)
	events.Init(&s.State, &s.Emitter)
	s.State.Put(bind.Self, s)
	if f, ok := in.(*os.File); ok && kind(in) != "fs" {
		s.wait = newPatience(f)
		r.h.Loop.Own(s.wait)
	}
	stream.Rooms.Of(r.h).InitReadable(obj, &s.State, &s.Readable, s, stream.ReadableOptions{HighWaterMark: 64 << 10, NoAutoDestroy: kind(in) == "tty"})
	if isTerminal(in) {
		obj.Set("isRaw", false)
		obj.Set("isTTY", true)
	}
	held := func(keep func(*eventloop.Pending)) {
		if s.pending != nil {
			keep(s.pending)
		}
	}
	// While it is paused, what is typed is for others: a child, or who has the terminal next.
	r.events().On(obj, "pause", func([]goja.Value) {
		held((*eventloop.Pending).Unref)
		s.wait.end()
	})
	r.events().On(obj, "resume", func([]goja.Value) {
		held((*eventloop.Pending).Ref)
		if s.wait.begin(); s.asked && s.pending == nil {
			s.Read(0)
		}
	})
	bind.DefineMethods(r.h.VM, obj, []bind.Method{
		{Name: "ref", Fn: func(goja.FunctionCall) goja.Value {
			held((*eventloop.Pending).Ref)
			return obj
		}},
		{Name: "unref", Fn: func(goja.FunctionCall) goja.Value {
			held((*eventloop.Pending).Unref)
			return obj
		}},
	})
	return s
}

// Destroy implements stream.Destroyer.
func (s *input) Destroy(err goja.Value, done func(err goja.Value)) {
	s.wait.end()
	if f, ok := s.in.(*os.File); ok && s.opened {
		f.Close()
	}
	done(err)
}

// Read implements stream.Source. Where the system lets it, the goroutine waits before it reads, so that it
// can be called off; elsewhere it is not the loop's to wait for: a read of a terminal ends when it likes.
func (s *input) Read(int) {
	if s.pending != nil {
		return
	}
	pending := s.r.h.Loop.Reserve()
	s.pending, s.asked = pending, false
	go func() {
		if !s.wait.ready() {
			pending.Done(func() {
				s.pending, s.asked = nil, true
				if !s.wait.over() {
					s.Read(0)
				}
			})
			return
		}
		buf := make([]byte, 64<<10)
		n, err := s.in.Read(buf)
		pending.Done(func() {
			s.pending = nil
			s.chunk, s.err = buf[:n:n], err
			s.r.h.Door.Enter(modules.Func(s.deliver))
		})
	}()
}

func (s *input) deliver() {
	b, err := s.chunk, s.err
	s.chunk = nil
	if len(b) > 0 {
		s.Readable.Push(b)
	}
	switch {
	case err == io.EOF:
		s.Readable.PushEOF()
	case err != nil:
		s.Readable.Destroy(s.r.h.Err.FromOS(err, "read", "", ""))
	case len(b) == 0:
		s.Read(0)
	}
}
