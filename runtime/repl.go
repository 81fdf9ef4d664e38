package runtime

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules/repl"
)

// REPL is a conversation with a runtime: lines go in, what they come to is written. One goroutine, not the
// loop's, calls its methods, but for Break. Timers and sockets go on between lines.
type REPL struct {
	rt      *Runtime
	session *repl.Session
	write   func(text string)
	edit    func() (text string, ok bool)
	edits   chan func(text string, ok bool)

	// Guarded by mu.
	mu     sync.Mutex
	prompt string
}

// REPLOptions sets up a REPL.
type REPLOptions struct {
	// Out is where answers go; nil: Options.Stdout. Loop goroutine.
	Out io.Writer
	// Edit reads what .editor evaluates; ok is false if it is to be forgotten. It is called in Line. Nil:
	// there is no .editor.
	Edit func() (text string, ok bool)
	// Code, unless empty, runs first, in the same scope; Print writes its value.
	Code  string
	Print bool
}

// ErrUnsettled is the error of REPL.Line for what is awaited and cannot come any more: nothing is left to
// wait for. With REPLOptions.Edit it is waited for all the same, until Break.
var ErrUnsettled = errors.New("runtime: a promise will never be settled")

// REPL begins a conversation, after the modules of Options.Preload. Errors as Line.
func (rt *Runtime) REPL(o REPLOptions) (*REPL, error) {
	r := &REPL{rt: rt, prompt: repl.Prompt}
	out := o.Out
	if out == nil {
		out = rt.host.Settings.Stdout
	}
	r.write = func(text string) { _, _ = io.WriteString(out, text) }
	err := rt.Do(context.Background(), func(*goja.Runtime) error {
		if ex := rt.host.VM.Try(func() {
			rt.loader.Preload(rt.preload)
			if o.Code != "" {
				rt.evaluate("[eval]", o.Code, o.Print)
			}
		}); ex != nil {
			rt.host.Process.Uncaught(ex)
		}
		r.session = repl.Rooms.Of(rt.host).NewConsole(r.write, func() {
			if !r.session.Evaluating() {
				r.note()
				r.write(r.Prompt())
			}
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if o.Edit != nil {
		r.edit, r.edits = o.Edit, make(chan func(string, bool), 1)
		r.session.Terminal = true
		r.session.Edit = func(done func(text string, ok bool)) { r.edits <- done }
	}
	return r, nil
}

// note keeps the prompt where other goroutines find it. Loop goroutine.
func (r *REPL) note() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.prompt = r.session.Prompt()
}

// Prompt is what to ask the next line with. Any goroutine.
func (r *REPL) Prompt() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.prompt
}

// Line answers one line, without its end, and returns when it has been: what it awaits has come then.
//
// # Errors
//
// What ended the runtime, as Run has it; ErrExited if that was an exit with code 0; ErrUnsettled.
func (r *REPL) Line(line string) error {
	answered := make(chan struct{})
	err := r.do(func() {
		r.session.Line(line, func() {
			r.note()
			close(answered)
		})
	})
	if err != nil {
		return err
	}
	idle := r.rt.idle
	if r.edits != nil {
		idle = nil // who sits at a terminal may wait, and press Ctrl-C
	}
	for {
		select {
		case <-answered:
			return nil
		case done := <-r.edits:
			text, ok := r.edit()
			if err := r.do(func() { done(text, ok) }); err != nil {
				return err
			}
		case <-idle:
			if !r.rt.idles() {
				continue
			}
			select {
			case <-answered:
				return nil
			default:
				return ErrUnsettled
			}
		case <-r.rt.over:
			return r.rt.overErr
		}
	}
}

func (r *REPL) do(fn func()) error {
	return r.rt.Do(context.Background(), func(*goja.Runtime) error { fn(); return nil })
}

// Break cuts off what Line answers: JavaScript that runs, or the wait for a promise. Any goroutine.
func (r *REPL) Break() {
	r.rt.host.VM.Interrupt(repl.Break)
	// The reservation keeps the loop running until this has.
	r.rt.host.Loop.Reserve().Done(func() {
		r.rt.host.VM.ClearInterrupt()
		r.rt.door.Enter(eventloop.Func(func() { r.session.GiveUp() }))
	})
	r.rt.drive()
}

// Clear forgets an input that is not complete, and reports whether there was one. Errors as Line.
func (r *REPL) Clear() (had bool, err error) {
	err = r.do(func() {
		had = r.session.Clear()
		r.note()
	})
	return had, err
}

// Complete returns what the end of line may become, and how many bytes of it are replaced.
func (r *REPL) Complete(line string) (candidates []string, replaces int) {
	_ = r.do(func() { candidates, replaces = r.session.Complete(line) })
	return candidates, replaces
}

// Exit ends the process as the end of input does, and returns what Run would: nil for the exit code 0.
func (r *REPL) Exit() error {
	if err := r.do(func() { r.session.Leave() }); !errors.Is(err, ErrExited) {
		return err
	}
	return nil
}
