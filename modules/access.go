package modules

import (
	"strings"
	"sync"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Access decides what a program may reach. Its methods may be called on any goroutine.
type Access interface {
	// Connect is asked with a name or an address; a port of -1 asks whether any is granted.
	Connect(host string, port int) bool
	ConnectPath(path string) bool
	// Listen is asked with an address, "" for all, or a name.
	Listen(host string, port int) bool
	ListenPath(path string) bool
	// Read and Write are asked with an absolute path; follow says that the operation follows a symbolic
	// link that stands at its end. Here and below "" asks whether all is granted.
	Read(path string, follow bool) bool
	Write(path string, follow bool) bool
	Env(name string) bool
	// Run is asked with the absolute path of the file that will be run.
	Run(file string) bool
	Exit() bool
	// AllNet and AllListen tell whether the whole of a kind is granted: the descriptors of the process
	// have no address to go by.
	AllNet() bool
	AllListen() bool
}

// Links orders what is decided about a path and what makes symbolic links, in all runtimes: without it
// a program could put a link in the place of a folder after its path was looked at. Those who use a
// path share it, those who make links or move things have it alone.
var Links sync.RWMutex

// Denied is the error of what Access refuses.
type Denied = nodeerr.Denied

// The refusals, in the words of Node's permission model where it has one.
var (
	deniedNet    = Denied{Permission: "Net", Option: "--allow-net"}
	deniedListen = Denied{Permission: "Listen", Option: "--allow-listen"}
	deniedRead   = Denied{Permission: "FileSystemRead", Option: "--allow-fs-read"}
	deniedWrite  = Denied{Permission: "FileSystemWrite", Option: "--allow-fs-write"}
	deniedEnv    = Denied{Permission: "Environment", Option: "--allow-env"}
	deniedRun    = Denied{Permission: "ChildProcess", Option: "--allow-child-process"}
	deniedExit   = Denied{Permission: "Exit", Option: "--allow-exit"}
)

func of(d Denied, resource string) *Denied {
	d.Resource = resource
	return &d
}

// DeniedNet, and its like, make the error for one resource.
func DeniedNet(resource string) *Denied    { return of(deniedNet, resource) }
func DeniedListen(resource string) *Denied { return of(deniedListen, resource) }
func DeniedRead(path string) *Denied       { return of(deniedRead, path) }
func DeniedWrite(path string) *Denied      { return of(deniedWrite, path) }
func DeniedEnv(name string) *Denied        { return of(deniedEnv, name) }
func DeniedRun(file string) *Denied        { return of(deniedRun, file) }

// needed throws d unless granted.
func (h *Host) needed(granted bool, d *Denied) {
	if !granted {
		panic(h.Err.Denied(d))
	}
}

// NeedExit throws unless the program may end, itself or others.
func (h *Host) NeedExit() {
	if a := h.Settings.Access; a != nil {
		h.needed(a.Exit(), of(deniedExit, ""))
	}
}

// NeedRun throws unless the program may start the file at path with the environment env, "NAME=value"
// each. What makes the system's loader run other code in any program needs the permission for all.
func (h *Host) NeedRun(path string, env []string) {
	a := h.Settings.Access
	if a == nil || a.Run("") {
		return
	}
	h.needed(a.Run(path), DeniedRun(path))
	for _, kv := range env {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "LD_") || strings.HasPrefix(name, "DYLD_") {
			panic(h.Err.Denied(DeniedRun(name)))
		}
	}
}

// NeedHand throws unless the program may give its child the descriptor fd: one of the standard ones, or a
// file that it has opened itself.
func (h *Host) NeedHand(fd int) {
	if a := h.Settings.Access; a != nil && fd > 2 {
		h.needed(a.Run("") || h.FDs.Has(fd), DeniedRun("descriptor"))
	}
}

// MayName returns the refusal to look host up, nil if there is none.
func (h *Host) MayName(host string) *goja.Object {
	if a := h.Settings.Access; a != nil && !a.Connect(host, -1) {
		return h.Err.Denied(DeniedNet(host))
	}
	return nil
}

// NeedEnv throws unless the program may see and set the variable.
func (h *Host) NeedEnv(name string) {
	if a := h.Settings.Access; a != nil {
		h.needed(a.Env(name), DeniedEnv(name))
	}
}

// Descriptors are those of the files that a program has open. Any goroutine.
type Descriptors struct {
	// Guarded by mu.
	mu  sync.Mutex
	set map[int]func(fd int) error // what closes it
}

// Open adds what open returns, unless there are most already (0: there may be any number); close closes it.
func (d *Descriptors) Open(most int, tooMany error, open func() (int, error), close func(fd int) error) (int, error) {
	d.mu.Lock()
	full := most > 0 && len(d.set) >= most
	d.mu.Unlock()
	if full {
		return -1, tooMany
	}
	fd, err := open() // which may take its time: a pipe waits for its other end
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.set == nil {
			d.set = make(map[int]func(int) error)
		}
		d.set[fd] = close
	}
	return fd, err
}

// Close removes fd. It comes before the system's close: the number may be given anew at once.
func (d *Descriptors) Close(fd int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.set, fd)
}

// CloseAll closes what the program has left open. Nothing of it runs any more.
func (d *Descriptors) CloseAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for fd, close := range d.set {
		_ = close(fd)
	}
	d.set = nil
}

// Has reports whether fd is one.
func (d *Descriptors) Has(fd int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.set[fd]
	return ok
}

// Abs is Absolute from the process's directory.
func (h *Host) Abs(path string) string { return Absolute(h.Process.Dir(), path) }
