package runtime

import (
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
)

// Options sets up a Runtime. The zero value works.
type Options struct {
	// Args is process.argv without its first element: the script, then what it was given.
	Args []string
	// Env is process.env; nil: the environment of this process. Changes that JavaScript makes stay
	// in the runtime.
	Env map[string]string
	// Dir is what relative paths start from; empty: the working directory.
	Dir string
	// ExecPath is process.execPath; empty: the running program.
	ExecPath string
	// ExecArgv is process.execArgv.
	ExecArgv []string
	// Stdin, Stdout and Stderr are the process's streams; nil: those of this process.
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// ID names the runtime in what it logs and in its errors; empty: nameless.
	ID string
	// PID is process.pid; 0: this process's. It is for runs that are to be the same each time.
	PID int

	// FS is what modules are loaded from in the place of the system's files; its root is the folder "/".
	// Dir is one of its folders then, "/" by default, and so is where the main script lies. Its methods
	// are called on several goroutines at a time.
	FS fs.FS
	// OnlyFS lets require('fs') see FS, read-only, and nothing else; it needs FS. Else it sees the
	// system's files.
	OnlyFS bool

	// Network is where connections come from; nil: the operating system.
	Network *Network

	// Clock is what time the script goes by; nil: the system's. NewFakeClock makes one.
	Clock Clock
	// Rand is where Math.random has its numbers from; nil: the system. Loop goroutine.
	Rand rand.Source
	// CryptoRand is where require('crypto') has its random bytes from; nil: the system, which is the only
	// source for secrets. Loop goroutine.
	CryptoRand io.Reader

	// Logger gets what the runtime has to tell the embedder beside its errors: panics of host functions,
	// exceptions that nobody caught, an accept that fails, limits that were met. What Node would print
	// goes to Stderr nonetheless. Nil: nothing is logged.
	Logger *slog.Logger
	// Observer is told what happens, for metrics; nil: nobody.
	Observer *Observer

	// Modules are host modules by the name that scripts require them with: Exports, a table of Go
	// functions and values; the func(*goja.Runtime, *goja.Object) of a module written for goja_nodejs; or
	// a modules.Module.
	Modules map[string]any
	// Globals are set on the global object, converted as ToJS does.
	Globals map[string]any

	// Limits bounds what the script may use.
	Limits Limits

	// Compat is the era to behave like where versions of Node differ: "0.11" for scripts written
	// after the documentation of 2013, empty for today's. What it changes stands in modules.Era;
	// what may be on the wire is not relaxed.
	Compat string

	// Backend is how sockets are served: BackendEpoll, BackendGoroutine, or empty for what the
	// environment variable GONODE_BACKEND says, or else BackendEpoll where there is one.
	Backend string

	// Transform rewrites sources that the engine cannot read, and ECMAScript modules, into what it can,
	// as transform.Source does with esbuild. Nil: such sources are SyntaxErrors.
	// Loop goroutine; several runtimes may call it at a time.
	Transform func(file, source string, esm bool) (string, error)

	// Programs keeps what was compiled, for the runtimes that share it; nil: each compiles for itself.
	Programs *Programs

	// Preload are modules that are required, from Dir, before the script.
	Preload []string

	// Loaded is told the path of each file that a module is loaded from. Loop goroutine.
	Loaded func(file string)

	// Flags are what options of the node command change, such as --unhandled-rejections.
	Flags Flags

	// Permissions is what the script may reach; nil: everything.
	Permissions *Permissions

	// Cluster lets require('cluster') start workers: runtimes of this process with the same options, each on
	// a goroutine of its own, which end with this one. What the options refer to is then used by several
	// goroutines at a time: Transform, Modules, Globals, FS, Network, Observer, Loaded. Clock, Rand and
	// CryptoRand serve one runtime; with them there are no workers.
	Cluster bool

	// OwnsProcess says that the runtime is all that this process does: signals, process.chdir and
	// process.umask then act on it.
	OwnsProcess bool
}

// The values of Options.Backend.
const (
	// BackendGoroutine reads each connection in a goroutine of its own. It is the only one that
	// serves connections of a custom network, whatever was chosen, and the only one outside Linux.
	BackendGoroutine = "goroutine"
	// BackendEpoll reads on the loop goroutine, and writes there or, when a turn had much to do, on one
	// other: less memory for an idle connection, less CPU for an exchange, half of it for a lone
	// connection. Linux only.
	BackendEpoll = "epoll"
)

// Programs keeps compiled sources for the runtimes that share it: a file that several load is compiled once.
// The zero value is ready. Any goroutine.
type Programs = modules.Programs

// Flags are the options of the node command that modules heed.
type Flags = modules.Flags

// NativeModule is the form of modules written for goja_nodejs.
type NativeModule = func(*goja.Runtime, *goja.Object)
