package childprocess

import (
	"math"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/process"
	"github.com/gonode/gonode/modules/url"
)

// invocation is a checked call of spawn and its kin.
type invocation struct {
	file     string
	args     []string // argv[0] first
	env      []string // "name=value"
	dir      string   // empty: that of this process
	detached bool
	uid, gid int // -1: those of this process
	stdio    goja.Value
	advanced goja.Value // the option serialization
	options  *goja.Object
	argv     *goja.Object // args as spawnargs shows them
}

func (n *invocation) option(name string) goja.Value {
	if n.options == nil {
		return goja.Undefined()
	}
	return bind.Property(n.options, name)
}

// normalize checks (file[, args][, options]).
//
// Node v20 lib/child_process.js: normalizeSpawnArguments.
func (r *Room) normalize(fileArg, argsArg, opts goja.Value) *invocation {
	e := r.h.Err
	n := &invocation{uid: -1, gid: -1}
	n.file = e.ValidateString(fileArg, "file")
	r.checkNull(fileArg, "file")
	if n.file == "" {
		panic(e.InvalidArgValue("file", fileArg, "cannot be empty"))
	}
	var args []goja.Value
	switch a, isObject := argsArg.(*goja.Object); {
	case isObject && a.ClassName() == "Array":
		args = list(a)
	case bind.IsNullish(argsArg):
	case nodeerr.TypeOf(argsArg) != "object":
		panic(e.InvalidArgType("args", []string{"object"}, argsArg))
	default:
		opts = argsArg
	}
	for i, a := range args {
		r.checkNull(a, "args["+bind.Int(i).String()+"]")
	}
	if !bind.IsUndefined(opts) {
		n.options = e.ValidateObject(opts, "options")
	}
	if v := n.option("cwd"); !bind.IsNullish(v) {
		n.dir = r.path(v, "options.cwd")
	}
	if v := n.option("detached"); !bind.IsNullish(v) {
		n.detached = e.ValidateBoolean(v, "options.detached")
	}
	n.uid, n.gid = r.id(n.option("uid"), "options.uid"), r.id(n.option("gid"), "options.gid")
	shell := n.option("shell")
	if t := nodeerr.TypeOf(shell); !bind.IsNullish(shell) && t != "boolean" && t != "string" {
		panic(e.InvalidArgType("options.shell", []string{"boolean", "string"}, shell))
	}
	argv0 := n.option("argv0")
	if !bind.IsNullish(argv0) {
		e.ValidateString(argv0, "options.argv0")
		r.checkNull(argv0, "options.argv0")
	}
	for _, name := range []string{"windowsHide", "windowsVerbatimArguments"} {
		if v := n.option(name); !bind.IsNullish(v) {
			e.ValidateBoolean(v, "options."+name)
		}
	}
	if bind.Truthy(shell) {
		r.checkNull(shell, "options.shell")
		words := []string{n.file}
		for _, a := range args {
			words = append(words, text(a))
		}
		n.file = "/bin/sh"
		if nodeerr.IsString(shell) {
			n.file = shell.String()
		}
		args = []goja.Value{bind.String("-c"), r.h.VM.ToValue(strings.Join(words, " "))}
	}
	first := bind.String(n.file)
	if nodeerr.IsString(argv0) {
		first = argv0
	}
	args = append([]goja.Value{first}, args...)
	n.argv = r.array(args)
	for _, a := range args {
		n.args = append(n.args, text(a))
	}
	n.env = r.environment(n.option("env"))
	n.stdio, n.advanced = n.option("stdio"), n.option("serialization")
	return n
}

// text is a string as the system gets it.
func text(v goja.Value) string { return string(buffer.Append(nil, bind.ToString(v), buffer.UTF8)) }

// environment returns the variables of an env option, or of process.env. What it inherits counts.
func (r *Room) environment(v goja.Value) []string {
	env, _ := v.(*goja.Object)
	if env == nil {
		env, _ = bind.Property(r.h.Builtin("process"), "env").(*goja.Object)
	}
	if env == nil {
		return nil
	}
	var out []string
	seen := make(map[string]bool)
	for o := env; o != nil; o = o.Prototype() {
		for _, k := range o.Keys() {
			if seen[k] {
				continue
			}
			seen[k] = true
			val := env.Get(k)
			if bind.IsUndefined(val) {
				continue
			}
			r.checkNull(r.h.VM.ToValue(k), "options.env['"+k+"']")
			r.checkNull(val, "options.env['"+k+"']")
			out = append(out, k+"="+text(val))
		}
	}
	return out
}

func (r *Room) id(v goja.Value, name string) int {
	if bind.IsNullish(v) {
		return -1
	}
	f := v.ToFloat()
	if !nodeerr.IsNumber(v) || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		panic(r.h.Err.InvalidArgType(name, []string{"int32"}, v))
	}
	return int(f)
}

// path is a path argument: a string, Buffer or file: URL.
func (r *Room) path(v goja.Value, name string) string {
	var p string
	if nodeerr.IsString(v) {
		p = text(v)
	} else if buffer.IsUint8Array(v) {
		b, _ := buffer.Bytes(v)
		p = string(b)
	} else if u, ok := url.FilePath(r.h, v); ok {
		p = u
	} else {
		panic(r.h.Err.InvalidArgType(name, []string{"string", "Buffer", "URL"}, v))
	}
	if strings.IndexByte(p, 0) >= 0 {
		panic(r.h.Err.InvalidArgValue(name, v, "must be a string, Uint8Array, or URL without null bytes"))
	}
	return p
}

// directory is where the child of n starts; empty: where this process is.
func (r *Room) directory(n *invocation) string {
	switch {
	case n.dir == "" && r.h.Settings.Owner, filepath.IsAbs(n.dir):
		return n.dir
	case r.h.Settings.Owner:
		return n.dir
	}
	return filepath.Join(r.h.Process.Dir(), n.dir)
}

// needRun throws unless the program may start n with these descriptors. What PATH of the child's leads to
// is asked for, not how the program calls it; what leads nowhere cannot be run.
func (r *Room) needRun(n *invocation, all []stdio) {
	if r.h.Settings.Access == nil {
		return
	}
	path, err := lookPath(n.file, n.env, r.directory(n))
	if err != nil {
		path = n.file
	}
	if !filepath.IsAbs(path) {
		dir := r.directory(n)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(r.h.Process.Dir(), dir)
		}
		path = dir + string(filepath.Separator) + path
	}
	r.h.NeedRun(path, n.env)
	for _, s := range all {
		if s.kind == stdioFD || s.kind == stdioWrap {
			r.h.NeedHand(s.fd)
		}
	}
}

func (r *Room) checkNull(v goja.Value, name string) {
	if nodeerr.IsString(v) && strings.Contains(v.String(), "\x00") {
		panic(r.h.Err.InvalidArgValue(name, v, "must be a string without null bytes"))
	}
}

// timeout returns the option in milliseconds, 0 for none.
func (r *Room) timeout(v goja.Value) float64 {
	if bind.IsNullish(v) {
		return 0
	}
	f := v.ToFloat()
	if !nodeerr.IsNumber(v) || f != math.Trunc(f) || f < 0 || math.IsInf(f, 0) {
		panic(r.h.Err.OutOfRange("timeout", "an unsigned integer", v))
	}
	return f
}

// maxBuffer returns the option in bytes.
func (r *Room) maxBuffer(v goja.Value, def float64) float64 {
	if bind.IsUndefined(v) {
		return def
	}
	if goja.IsNull(v) {
		return math.Inf(1)
	}
	f := v.ToFloat()
	if !nodeerr.IsNumber(v) || !(f >= 0) {
		panic(r.h.Err.OutOfRange("options.maxBuffer", "a positive number", v))
	}
	return f
}

// killSignal returns the option's signal, SIGTERM for none.
func (r *Room) killSignal(v goja.Value) syscall.Signal {
	switch {
	case bind.IsNullish(v):
		return syscall.SIGTERM
	case nodeerr.IsString(v), nodeerr.IsNumber(v):
		return r.signal(v)
	}
	panic(r.h.Err.InvalidArgType("options.killSignal", []string{"string", "number"}, v))
}

// signal returns a signal by name, in any case, or number; throws ERR_UNKNOWN_SIGNAL.
func (r *Room) signal(v goja.Value) syscall.Signal {
	if nodeerr.IsNumber(v) {
		for _, s := range process.Signals {
			if v.ToFloat() == float64(s) {
				return s
			}
		}
	}
	if nodeerr.IsString(v) {
		if s, ok := process.Signals[strings.ToUpper(v.String())]; ok {
			return s
		}
	}
	r.h.Err.Throw("ERR_UNKNOWN_SIGNAL", v.String())
	return 0
}

// signalName returns the name of a signal.
func signalName(s syscall.Signal) string {
	if s == syscall.SIGABRT {
		return "SIGABRT" // not SIGIOT
	}
	for name, n := range process.Signals {
		if n == s {
			return name
		}
	}
	return "SIG" + bind.Int(int(s)).String()
}
