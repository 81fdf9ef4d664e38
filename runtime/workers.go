package runtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/process"
)

// workerPatience is how long workers may take to end when their primary has exited and hung up.
const workerPatience = 5 * time.Second

// maxEnded is how many workers are remembered beyond their end.
const maxEnded = 16

// workers are the runtimes that cluster started from one.
type workers struct {
	options Options
	network sock.Network
	access  modules.Access // nil: everything
	shared  *Listeners

	// Guarded by mu.
	mu      sync.Mutex
	running map[*worker]struct{}
	ended   []*worker // until listens has asked them what they listened to
}

func newWorkers(o Options, n sock.Network, a modules.Access) *workers {
	if n == nil {
		n = sock.System
	}
	if o.Programs == nil {
		o.Programs = new(Programs)
	}
	return &workers{options: o, network: n, access: a, shared: NewListeners(nil), running: make(map[*worker]struct{})}
}

// worker is one of them. It implements modules.Worker.
type worker struct {
	rt      *Runtime
	options modules.WorkerOptions

	// done is closed when the worker has ended; what is below is written before.
	done   chan struct{}
	code   int
	signal syscall.Signal
}

// killed is what a worker is interrupted with that a signal ends.
type killed struct{ signal syscall.Signal }

// start is modules.Host.StartWorker. Loop goroutine of the primary.
func (ws *workers) start(wo modules.WorkerOptions) (modules.Worker, error) {
	o := ws.options
	o.Args = append([]string{wo.Script}, wo.Args...)
	o.Env, o.Dir, o.Stdin, o.Stdout, o.Stderr = wo.Env, wo.Dir, wo.Stdin, wo.Stdout, wo.Stderr
	o.OwnsProcess = false
	if o.ID != "" {
		o.ID += " "
	}
	o.ID += "worker " + strconv.Itoa(wo.ID)
	rt, err := newRuntime(o, ws, &wo)
	if err != nil {
		return nil, err
	}
	w := &worker{rt: rt, options: wo, done: make(chan struct{})}
	ws.mu.Lock()
	ws.running[w] = struct{}{}
	ws.mu.Unlock()
	go func() {
		w.runLoop()
		ws.mu.Lock()
		delete(ws.running, w)
		if ws.ended = append(ws.ended, w); len(ws.ended) > maxEnded {
			ws.ended = ws.ended[1:]
		}
		ws.mu.Unlock()
		close(w.done)
	}()
	return w, nil
}

// runLoop is the goroutine of a worker.
func (w *worker) runLoop() {
	err := w.rt.RunFile(w.options.Script)
	w.rt.Close()
	exit, stopped, bug := new(ExitError), new(goja.InterruptedError), new(PanicError)
	switch {
	case err == nil:
	case errors.As(err, &exit):
		w.code = exit.Code
	case errors.As(err, &stopped):
		w.signal = syscall.SIGKILL
		if k, ok := stopped.Value().(killed); ok {
			w.signal = k.signal
		}
	case errors.As(err, &bug):
		fmt.Fprintf(w.options.Stderr, "gonode: worker %d: %v\n\nThis is a bug in gonode, not in the script.\n\n%s", w.options.ID, bug, bug.Stack)
		w.code = 70
	default:
		fmt.Fprintf(w.options.Stderr, "gonode: worker %d: %v\n", w.options.ID, err)
		w.code = 1
	}
}

// Wait implements modules.Worker.
func (w *worker) Wait() (code int, sig syscall.Signal) {
	<-w.done
	return w.code, w.signal
}

// Signal implements modules.Worker.
func (w *worker) Signal(sig syscall.Signal) (ok bool, err error) {
	select {
	case <-w.done:
		return false, nil
	default:
	}
	switch {
	case sig == 0, sig != syscall.SIGKILL && w.process().Signal(sig):
		return true, nil
	}
	switch process.DefaultAction(sig) {
	case process.Ends:
		w.rt.Interrupt(killed{sig})
	case process.Stops:
		return true, os.NewSyscallError("kill", syscall.ENOSYS) // one goroutine cannot be stopped
	}
	return true, nil
}

// listens reports whether a worker listens to an event of process, or, as it has just been told of it, has
// ended: a worker may follow a signal before anybody asks. ws may be nil.
func (ws *workers) listens(ctx context.Context, event string) bool {
	found := false
	for _, w := range ws.all() {
		took := w.process().TookSignal(event)
		listens, err := w.rt.Listens(ctx, event)
		found = found || listens || err != nil && took
	}
	if ws == nil {
		return found
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, w := range ws.ended {
		found = w.process().TookSignal(event) || found
	}
	ws.ended = nil
	return found
}

// all returns those that run. Any goroutine; ws may be nil.
func (ws *workers) all() []*worker {
	if ws == nil {
		return nil
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	all := make([]*worker, 0, len(ws.running))
	for w := range ws.running {
		all = append(all, w)
	}
	return all
}

// end tells the workers that their primary is gone, gives them some time to follow, ends those that do not,
// and returns when all have ended. ws may be nil.
func (ws *workers) end(patience time.Duration) {
	all := ws.all()
	for _, w := range all {
		w.options.Channel.HangUp()
	}
	timeout := time.After(patience)
	for _, w := range all {
		select {
		case <-w.done:
			continue
		default:
		}
		if patience > 0 {
			select {
			case <-w.done:
				continue
			case <-timeout:
				patience = 0
			}
		}
		w.rt.Interrupt(killed{syscall.SIGKILL})
		<-w.done
	}
}

// sharing returns the network of one more worker.
func (ws *workers) sharing() sharing {
	m := &member{listeners: ws.shared, zeros: make(map[string]int), has: make(map[string]bool)}
	return sharing{ws.network, ws.network.(sock.NameServers), m}
}

// sharing is the network of a worker: it listens together with others, unless it wants to be alone.
type sharing struct {
	sock.Network
	sock.NameServers
	member *member
}

func (s sharing) Listen(ctx context.Context, o *sock.ListenOptions) (net.Listener, error) {
	open := func() (net.Listener, error) { return s.Network.Listen(ctx, o) }
	switch {
	case o.Exclusive, o.ReusePort, o.File != nil:
		return open()
	case o.UseFD:
		return s.member.join("fd", strconv.Itoa(o.FD), open)
	case o.Path != "":
		return s.member.join("unix", o.Path, open)
	}
	network := "tcp"
	if o.IPv6Only {
		network = "tcp6only"
	}
	return s.member.join(network, net.JoinHostPort(o.Host, strconv.Itoa(o.Port)), open)
}

// process is the worker's process room: Rooms.Of belongs to its loop goroutine. Any goroutine.
func (w *worker) process() *process.Room { return w.rt.host.Process.(*process.Room) }
