// Package process is Node's process object: what a script knows of the process it runs in, its
// exit, its uncaught errors and its streams.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/process.html.
package process

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"

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
var Module = modules.Module{ID: "process", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Object }}

// Rooms holds the process of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the process of one runtime. It implements modules.Process.
type Room struct {
	Fatal *Fatal // what ended the process; nil: no exception

	Object *goja.Object

	// Domains, unless nil, is asked first what becomes of an exception that nobody caught; true if it
	// was handled.
	Domains func(err goja.Value) (handled bool)

	h        *modules.Host
	ev       *events.Room
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
	hinted     bool // how to see where warnings come from was told
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), start: h.Now(), exitCode: goja.Undefined()}
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
	class := bind.Define(h.VM, bind.Class{Name: "process", Parent: r.ev.EventEmitter,
		Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") }})
	p := h.VM.CreateObject(class.Proto)
	r.Object = p
	p.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("process"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)

	args := []any{h.Settings.ExecPath}
	for _, a := range h.Settings.Args {
		args = append(args, a)
	}
	execArgv := make([]any, len(h.Settings.ExecArgv))
	for i, a := range h.Settings.ExecArgv {
		execArgv[i] = a
	}
	p.Set("version", "v"+Version)
	p.Set("versions", r.object("node", Version, "gonode", GonodeVersion, "go", runtime.Version()[2:], "http_parser", GonodeVersion, "modules", "115",
		"unicode", strings.TrimSuffix(unicode.Version, ".0")))
	p.Set("arch", arch())
	p.Set("platform", platform())
	p.Set("release", r.object("name", "node", "lts", "Iron"))
	p.Set("argv", h.VM.NewArray(args...))
	p.Set("execArgv", h.VM.NewArray(execArgv...))
	p.Set("execPath", h.Settings.ExecPath)
	p.Set("argv0", argv0(h))
	pid := os.Getpid()
	if h.Settings.PID != 0 {
		pid = h.Settings.PID
	}
	p.Set("pid", pid)
	p.Set("ppid", os.Getppid())
	p.Set("_exiting", false)
	p.Set("_events", goja.Undefined())
	p.Delete("_events")
	// What Node builds with ICU is there: Intl, domain names of all scripts, TextDecoder's encodings, buffer.transcode.
	p.Set("config", r.object("variables", r.object("v8_enable_i18n_support", 1), "target_defaults", h.VM.NewObject()))
	p.Set("features", r.object("inspector", false, "debug", false, "uv", false, "ipv6", true, "tls_alpn", false,
		"tls_sni", false, "tls_ocsp", false, "tls", false, "cached_builtins", true))
	r.env = newEnvironment(h)
	p.Set("env", r.env.object)
	if a := h.Settings.Access; a != nil {
		p.Set("permission", r.permission(a))
	}

	bind.DefineMethods(h.VM, p, []bind.Method{
		{Name: "nextTick", Length: 1, Fn: r.nextTick},
		{Name: "exit", Length: 1, Fn: r.jsExit},
		{Name: "reallyExit", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			h.NeedExit()
			h.Door.Exit(int(c.Argument(0).ToInteger()))
			return nil
		}},
		{Name: "abort", Fn: r.abort},
		{Name: "kill", Length: 2, Fn: r.kill},
		{Name: "_kill", Length: 2, Fn: r.rawKill},
		{Name: "_rawDebug", Fn: func(c goja.FunctionCall) goja.Value {
			// Past process.stderr: for those who look into it.
			text := bind.Invoke(h.VM, h.Builtin("util").(*goja.Object), "format", slices.Clone(c.Arguments)...)
			fmt.Fprintln(h.Settings.Stderr, text)
			return goja.Undefined()
		}},
		{Name: "cwd", Fn: func(goja.FunctionCall) goja.Value { return h.VM.ToValue(r.dir) }},
		{Name: "chdir", Length: 1, Fn: r.chdir},
		{Name: "umask", Length: 1, Fn: r.umask},
		{Name: "uptime", Fn: func(goja.FunctionCall) goja.Value { return h.VM.ToValue(h.Now().Sub(r.start).Seconds()) }},
		{Name: "cpuUsage", Length: 1, Fn: r.cpuUsage},
		{Name: "resourceUsage", Fn: r.resourceUsage},
		{Name: "emitWarning", Length: 4, Fn: r.emitWarning},
		{Name: "setUncaughtExceptionCaptureCallback", Length: 1, Fn: r.setCapture},
		{Name: "hasUncaughtExceptionCaptureCallback", Fn: func(goja.FunctionCall) goja.Value { return bind.Bool(r.capture != nil) }},
		{Name: "availableMemory", Fn: r.availableMemory},
		{Name: "getActiveResourcesInfo", Fn: r.getActiveResourcesInfo},
		{Name: "constrainedMemory", Fn: r.constrainedMemory},
		{Name: "setSourceMapsEnabled", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			h.SourceMaps = h.Err.ValidateBoolean(c.Argument(0), "val")
			return goja.Undefined()
		}},
		{Name: "binding", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			panic(h.Err.Coded(0, "ERR_INVALID_MODULE", "No such binding: "+c.Argument(0).String()))
		}},
	})
	hrtime := bind.Function(h.VM, bind.Method{Name: "hrtime", Length: 1, Fn: r.hrtime})
	hrtime.Set("bigint", bind.Function(h.VM, bind.Method{Name: "hrtimeBigInt", Fn: func(goja.FunctionCall) goja.Value {
		return h.VM.ToValue(big.NewInt(r.monotonic().Nanoseconds()))
	}}))
	p.Set("hrtime", hrtime)
	memory := bind.Function(h.VM, bind.Method{Name: "memoryUsage", Fn: r.memoryUsage})
	memory.Set("rss", bind.Function(h.VM, bind.Method{Name: "rss", Fn: func(goja.FunctionCall) goja.Value { return h.VM.ToValue(rss()) }}))
	p.Set("memoryUsage", memory)
	bind.DefineAccessors(h.VM, p, []bind.Accessor{
		{Name: "exitCode", Get: func(goja.FunctionCall) goja.Value { return r.exitCode }, Set: r.setExitCode},
		{Name: "title", Get: func(goja.FunctionCall) goja.Value { return h.VM.ToValue(r.title) },
			Set: func(c goja.FunctionCall) goja.Value { r.title = c.Argument(0).String(); return nil }},
	})
	r.defineIdentity()
	r.defineStdio()
	r.defineWarnings()
	h.VM.SetPromiseRejectionTracker(r.trackRejection)
	r.signals.init(r)
	return r
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
	bind.Hide(r.Object, "mainModule", m)
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
