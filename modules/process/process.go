// Package process is Node's process object: what a script knows of the process it runs in, its
// exit, its uncaught errors and its streams.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/process.html.
package process

import (
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Version is the release of Node whose behaviour gonode follows; GonodeVersion is gonode's own.
const (
	Version       = "20.20.2"
	GonodeVersion = "0.1.0"
)

// Module is require('process').
var Module = modules.Module{ID: "process", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Object() }}

// Rooms holds the process of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the process of one runtime. It implements modules.Process.
type Room struct {
	Fatal *Fatal // what ended the process; nil: no exception

	made *goja.Object // process; nil until somebody asks: Object

	// Domains, unless nil, is asked first what becomes of an exception that nobody caught; true if it
	// was handled.
	Domains func(err goja.Value) (handled bool)

	h        *modules.Host
	start    time.Time
	dir      string
	env      *environment
	title    string
	exiting  bool
	exitCode goja.Value // what the script set; undefined if nothing
	capture  *goja.Object
	signals  signals
	stdio    [3]goja.Value
	tty      *terminals // nil until used

	rejections rejections
	main       *goja.Object // process.mainModule; nil: there is none
	asserted   bool         // process.assert was told of
	hinted     bool         // how to see where warnings come from was told
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, start: h.Now(), exitCode: goja.Undefined()}
	r.dir = h.Settings.Dir
	if r.dir == "" && h.Settings.FS != nil {
		r.dir = modules.Root()
	}
	if r.dir == "" {
		r.dir, _ = os.Getwd()
	}
	if r.title = h.Settings.Flags.Title; r.title == "" {
		r.title = argv0(h)
	}
	r.env = newEnvironment(h)
	h.VM.SetPromiseRejectionTracker(r.trackRejection)
	return r
}

func (r *Room) events() *events.Room { return events.Rooms.Of(r.h) }

// emit is process.emit: whether anybody heard. Before the program has the object nobody listens to it.
func (r *Room) emit(event string, args ...goja.Value) bool {
	return r.made != nil && r.events().Emit(r.made, event, args...)
}

// listeners is process.listenerCount(event).
func (r *Room) listeners(event string) int {
	if r.made == nil {
		return 0
	}
	return r.events().ListenerCount(r.made, event)
}

// object makes a plain object of alternating names and values.
func (r *Room) object(pairs ...any) *goja.Object {
	o := r.h.VM.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func arch() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x64"
	case "386":
		return "ia32"
	}
	return runtime.GOARCH
}

func platform() string {
	if runtime.GOOS == "windows" {
		return "win32"
	}
	return runtime.GOOS
}

// tick is a call queued by process.nextTick.
type tick struct {
	fn   bind.Callable
	args []goja.Value
}

// Shown implements modules.ShownTask.
func (t *tick) Shown() {}

func (t *tick) Run() { t.fn.Call(goja.Undefined(), t.args...) }

func (r *Room) nextTick(c goja.FunctionCall) goja.Value {
	fn, ok := bind.ToCallable(c.Argument(0))
	if !ok {
		panic(r.h.Err.InvalidArgType("callback", []string{"function"}, c.Argument(0)))
	}
	if r.exiting {
		return goja.Undefined()
	}
	t := &tick{fn: fn}
	if len(c.Arguments) > 1 {
		t.args = append([]goja.Value(nil), c.Arguments[1:]...)
	}
	r.h.Door.NextTick(t)
	return goja.Undefined()
}

// Dir is process.cwd().
func (r *Room) Dir() string { return r.dir }

// SetMain implements modules.Process: m becomes process.mainModule and argv gets its file name.
func (r *Room) SetMain(m *goja.Object) {
	r.main = m
	if r.made != nil {
		bind.Hide(r.made, "mainModule", m)
	}
}

// Env returns the environment variable name and whether it is set.
func (r *Room) Env(name string) (string, bool) { return r.env.lookup(name) }

func (r *Room) chdir(c goja.FunctionCall) goja.Value {
	dir := r.h.Err.ValidateString(c.Argument(0), "directory")
	to := dir
	if !filepath.IsAbs(to) {
		to = filepath.Clean(modules.Absolute(r.dir, dir))
	}
	info, err := r.h.Files().Stat(to)
	if err == nil && !info.IsDir() {
		err = errNotDirectory
	}
	if err == nil && r.h.Settings.Owner && r.h.Settings.FS == nil {
		err = os.Chdir(to)
	}
	if err != nil {
		panic(r.pathError(err, "chdir", r.dir, dir))
	}
	r.dir = to
	return goja.Undefined()
}

func (r *Room) hrtime(c goja.FunctionCall) goja.Value {
	now := r.monotonic()
	sec, ns := int64(now/time.Second), int64(now%time.Second)
	if !bind.IsUndefined(c.Argument(0)) {
		prev := r.h.Err.ValidateArray(c.Argument(0), "time")
		if n := prev.Get("length").ToInteger(); n != 2 {
			panic(r.h.Err.OutOfRange("time", "2", prev.Get("length")))
		}
		sec -= prev.Get("0").ToInteger()
		ns -= prev.Get("1").ToInteger()
		if ns < 0 {
			sec, ns = sec-1, ns+int64(time.Second)
		}
	}
	return r.h.VM.NewArray(sec, ns)
}

var epoch = time.Now()

// monotonic returns the time since some fixed moment, of this process or of the runtime's own clock, never 0.
func (r *Room) monotonic() time.Duration {
	since := epoch
	if r.h.Settings.Clock != nil {
		since = r.start
	}
	return r.h.Now().Sub(since) + time.Hour
}

func (r *Room) memoryUsage(goja.FunctionCall) goja.Value {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return r.object("rss", rss(), "heapTotal", m.HeapSys, "heapUsed", m.HeapAlloc, "external", m.StackSys+m.MSpanSys+m.MCacheSys, "arrayBuffers", 0)
}

// argv0 is what the command was started as; in another program's process, what it would be.
func argv0(h *modules.Host) string {
	if h.Settings.Owner && len(os.Args) > 0 {
		return os.Args[0]
	}
	return "gonode"
}
