package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	goruntime "runtime"
	"slices"
	"sync"
)

// PoolOptions sets up a Pool.
type PoolOptions struct {
	// Size is how many runtimes there are at most; 0: as many as the process may use processors.
	Size int
	// Options is what each runtime is made with. Values that are no value of Go's alone, a Clock, Rand or
	// Observer say, would be shared: set them in Each.
	Options Options
	// Each, unless nil, changes the options of one runtime before it is made; its ID is "1", "2", … unless
	// Options has one. Any goroutine.
	Each func(o *Options)
	// Setup, unless nil, prepares each runtime: it loads what calls will need. Any goroutine.
	Setup func(ctx context.Context, rt *Runtime) error
	// Fresh gives each Use a runtime of its own, which is closed afterwards: what one call leaves behind no
	// other sees. Without it calls share runtimes, several at a time.
	Fresh bool
	// Listeners are what scripts of the pool listen with; nil: new ones in Options.Network. A listener is
	// put behind the pool with Listeners.Provide.
	Listeners *Listeners
	// Restarts is how many runtimes Run may replace that ended with an error, in all; negative: any number.
	Restarts int
}

// Pool is a number of runtimes, each with a loop goroutine of its own, for work that one thread of
// JavaScript is too little for. Programs are compiled once for all of them. Any goroutine.
type Pool struct {
	o PoolOptions

	// Guarded by mu.
	mu      sync.Mutex
	members []*poolMember         // shared
	own     map[*Runtime]struct{} // of Fresh, and of Run
	made    int
	closed  bool
	free    chan struct{} // of a pool with Fresh: one token a runtime that may be made
	users   sync.WaitGroup
}

// poolMember is a runtime of a pool.
type poolMember struct {
	ready chan struct{} // closed when rt or err is set
	rt    *Runtime
	err   error
	busy  int // guarded by the pool's mu
}

// ErrPoolClosed is the error of a pool that was closed.
var ErrPoolClosed = errors.New("runtime: the pool is closed")

// NewPool returns a pool. Runtimes are made when they are needed.
func NewPool(o PoolOptions) *Pool {
	if o.Size <= 0 {
		o.Size = goruntime.GOMAXPROCS(0)
	}
	if o.Options.Programs == nil {
		o.Options.Programs = new(Programs)
	}
	if o.Listeners == nil {
		o.Listeners = NewListeners(o.Options.Network)
	}
	p := &Pool{o: o, own: make(map[*Runtime]struct{})}
	if o.Fresh {
		p.free = make(chan struct{}, o.Size)
	}
	return p
}

// start makes a runtime.
func (p *Pool) start(ctx context.Context) (*Runtime, error) {
	p.mu.Lock()
	p.made++
	o := p.o.Options
	if o.ID == "" {
		o.ID = fmt.Sprint(p.made)
	}
	p.mu.Unlock()
	o.Network = p.o.Listeners.Network()
	if p.o.Each != nil {
		p.o.Each(&o)
	}
	rt, err := New(o)
	if err != nil {
		return nil, err
	}
	if p.o.Setup != nil {
		if err := p.o.Setup(ctx, rt); err != nil {
			rt.Close()
			return nil, err
		}
	}
	return rt, nil
}

// Use calls fn with a runtime, the one that the fewest others use, on the calling goroutine; fn may call its
// Do, Call, Await and Invoke. One that was interrupted, met a limit or exited is replaced for those who come
// later. Nothing that belongs to the runtime may be kept.
//
// # Errors
//
// What fn returns; what keeps a runtime from being made; the cause of ctx; ErrPoolClosed.
func (p *Pool) Use(ctx context.Context, fn func(rt *Runtime) error) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return ErrPoolClosed
	}
	p.users.Add(1)
	p.mu.Unlock()
	defer p.users.Done()
	if p.o.Fresh {
		return p.useFresh(ctx, fn)
	}
	m, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer p.release(m)
	return fn(m.rt)
}

// Invoke is Runtime.Invoke on one of the pool's runtimes.
func (p *Pool) Invoke(ctx context.Context, out any, module, function string, args ...any) error {
	return p.Use(ctx, func(rt *Runtime) error { return rt.Invoke(ctx, out, module, function, args...) })
}

func (p *Pool) useFresh(ctx context.Context, fn func(rt *Runtime) error) error {
	select {
	case p.free <- struct{}{}:
		defer func() { <-p.free }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	rt, err := p.start(ctx)
	if err != nil {
		return err
	}
	return p.with(rt, fn)
}

// with calls fn with rt, and closes it.
func (p *Pool) with(rt *Runtime, fn func(rt *Runtime) error) error {
	defer rt.Close()
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return ErrPoolClosed
	}
	p.own[rt] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.own, rt)
		p.mu.Unlock()
	}()
	return fn(rt)
}

// acquire finds the least busy runtime, or makes one.
func (p *Pool) acquire(ctx context.Context) (*poolMember, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrPoolClosed
	}
	var best *poolMember
	var over []*poolMember
	p.members = slices.DeleteFunc(p.members, func(m *poolMember) bool {
		if m.isOver() {
			over = append(over, m)
			return true
		}
		if best == nil || m.busy < best.busy {
			best = m
		}
		return false
	})
	makes := best == nil || best.busy > 0 && len(p.members) < p.o.Size
	if makes {
		best = &poolMember{ready: make(chan struct{})}
		p.members = append(p.members, best)
	}
	best.busy++
	p.mu.Unlock()
	for _, m := range over {
		if m.rt != nil {
			m.rt.Close()
		}
	}
	if makes {
		best.rt, best.err = p.start(ctx)
		close(best.ready)
	}
	select {
	case <-best.ready:
	case <-ctx.Done():
		p.release(best)
		return nil, context.Cause(ctx)
	}
	switch {
	case best.err == nil:
		return best, nil
	case makes:
		return nil, best.err
	}
	return p.acquire(ctx) // it may have been for the other's reasons
}

// isOver reports whether nobody can use m any more.
func (m *poolMember) isOver() bool {
	select {
	case <-m.ready:
	default:
		return false // being made
	}
	if m.err != nil {
		return true
	}
	select {
	case <-m.rt.over:
		return true
	default:
		return false
	}
}

func (p *Pool) release(m *poolMember) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m.busy--
}

// Run runs the script at path as the main module of Size runtimes, which share what it listens on, and
// returns when all of them have ended or ctx ends. It is for servers; Use has other runtimes. A runtime that
// ends with an error is replaced, Restarts times; the next error ends the others and is returned.
func (p *Pool) Run(ctx context.Context, path string) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return ErrPoolClosed
	}
	p.users.Add(1)
	p.mu.Unlock()
	defer p.users.Done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	restarts := p.o.Restarts // guarded by mu
	var all sync.WaitGroup
	for range p.o.Size {
		all.Go(func() {
			for {
				err := p.runOne(ctx, path)
				if err == nil || ctx.Err() != nil {
					return
				}
				mu.Lock()
				again := restarts != 0
				restarts--
				mu.Unlock()
				if !again {
					cancel(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func (p *Pool) runOne(ctx context.Context, path string) error {
	rt, err := p.start(ctx)
	if err != nil {
		return err
	}
	return p.with(rt, func(rt *Runtime) error { return rt.Run(ctx, path) })
}

// Close closes all runtimes, fails what waits for them, and returns when every Use and Run has.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	members, own := slices.Clone(p.members), slices.Collect(maps.Keys(p.own))
	p.mu.Unlock()
	for _, m := range members {
		if <-m.ready; m.rt != nil {
			m.rt.Close()
		}
	}
	for _, rt := range own {
		rt.Close()
	}
	p.users.Wait()
}
