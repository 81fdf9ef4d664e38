//go:build unix

package process

import (
	"bytes"
	"math"
	"os"
	"strconv"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

var errNotDirectory error = syscall.ENOTDIR

// rss returns the resident set in bytes; 0 where the system does not tell it cheaply.
func rss() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		var u syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return int64(u.Maxrss) * 1024
	}
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(f[1]), 10, 64)
	return pages * int64(os.Getpagesize())
}

func micros(t syscall.Timeval) int64 { return int64(t.Sec)*1e6 + int64(t.Usec) }

func (r *Room) cpuUsage(c goja.FunctionCall) goja.Value {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	user, system := micros(u.Utime), micros(u.Stime)
	if bind.Truthy(c.Argument(0)) {
		prev := r.h.Err.ValidateObject(c.Argument(0), "prevValue")
		before := func(name string) int64 {
			v, name := prev.Get(name), "prevValue."+name
			f := r.h.Err.ValidateNumber(v, name, math.NaN(), math.NaN())
			if !(f >= 0 && f <= nodeerr.MaxSafeInteger) {
				panic(r.h.Err.InvalidArgRange(name, v))
			}
			return int64(f)
		}
		user -= before("user")
		system -= before("system")
	}
	return r.object("user", user, "system", system)
}

func (r *Room) resourceUsage(goja.FunctionCall) goja.Value {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return r.object("userCPUTime", micros(u.Utime), "systemCPUTime", micros(u.Stime), "maxRSS", u.Maxrss,
		"sharedMemorySize", u.Ixrss, "unsharedDataSize", u.Idrss, "unsharedStackSize", u.Isrss,
		"minorPageFault", u.Minflt, "majorPageFault", u.Majflt, "swappedOut", u.Nswap,
		"fsRead", u.Inblock, "fsWrite", u.Oublock, "ipcSent", u.Msgsnd, "ipcReceived", u.Msgrcv,
		"signalsCount", u.Nsignals, "voluntaryContextSwitches", u.Nvcsw, "involuntaryContextSwitches", u.Nivcsw)
}

// umask is process.umask([mask]). The mask belongs to the operating system process; an embedded
// runtime may read but not change it.
func (r *Room) umask(c goja.FunctionCall) goja.Value {
	if bind.IsUndefined(c.Argument(0)) {
		return r.h.VM.ToValue(currentUmask())
	}
	var mask int64
	if goja.IsString(c.Argument(0)) {
		n, err := strconv.ParseInt(c.Argument(0).String(), 8, 32)
		if err != nil {
			panic(r.h.Err.InvalidArgValue("mask", c.Argument(0), "must be a 32-bit unsigned integer or an octal string"))
		}
		mask = n
	} else {
		mask = int64(r.h.Err.ValidateUint32(c.Argument(0), "mask", false))
	}
	mask &= 0o777
	if !r.h.Settings.Owner {
		if old := currentUmask(); int64(old) == mask {
			return r.h.VM.ToValue(old) // nothing changes
		}
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "process.umask(mask) of an embedded runtime")
	}
	return r.h.VM.ToValue(syscall.Umask(int(mask)))
}

func currentUmask() int {
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	return mask
}

// pathError makes the Error for err of a call on path and, if there is one, dest.
func (r *Room) pathError(err error, call, path, dest string) *goja.Object {
	return r.h.Err.FromOS(err, call, path, dest)
}

// abort is process.abort(): it ends the process at once, with SIGABRT where the process is ours.
func (r *Room) abort(goja.FunctionCall) goja.Value {
	r.h.NeedExit()
	if r.h.Settings.Owner {
		syscall.Kill(os.Getpid(), syscall.SIGABRT)
		select {}
	}
	r.h.Door.Exit(134)
	return nil
}
