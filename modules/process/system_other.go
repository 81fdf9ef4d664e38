//go:build !unix

package process

import (
	"errors"
	"os"
	"runtime"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/nodeerr"
)

var errNotDirectory = errors.New("not a directory")

func rss() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

func (r *Room) missing(name string) goja.Value {
	r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", name+" on "+runtime.GOOS)
	return nil
}

// defineIdentity adds nothing: elsewhere than on Unix process has no such methods.
func (r *Room) defineIdentity() {}

func (r *Room) cpuUsage(goja.FunctionCall) goja.Value { return r.missing("process.cpuUsage()") }
func (r *Room) resourceUsage(goja.FunctionCall) goja.Value {
	return r.missing("process.resourceUsage()")
}
func (r *Room) umask(goja.FunctionCall) goja.Value { return r.missing("process.umask()") }

func (r *Room) pathError(err error, call, path, dest string) *goja.Object {
	return r.h.Err.FromOS(err, call, path, dest)
}

func (r *Room) abort(goja.FunctionCall) goja.Value {
	r.h.NeedExit()
	r.h.Door.Exit(134)
	return nil
}

var Signals = map[string]syscall.Signal{
	"SIGHUP": syscall.SIGHUP, "SIGINT": syscall.SIGINT, "SIGKILL": syscall.SIGKILL, "SIGTERM": syscall.SIGTERM,
}

func sendSignal(pid int, sig syscall.Signal) error {
	p, err := os.FindProcess(pid)
	if err != nil || sig == 0 {
		return err
	}
	return p.Kill()
}

func sysInvalid(call string) nodeerr.System {
	return nodeerr.System{Code: "EINVAL", Syscall: call, Message: call + " EINVAL"}
}

// DefaultAction is what a signal does to a process that does not listen to it: each of the few ends it.
func DefaultAction(syscall.Signal) Action { return Ends }
