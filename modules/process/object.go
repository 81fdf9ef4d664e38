package process

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Object is process. It is made when it is first asked for: a runtime that many scripts share has no use
// for it.
func (r *Room) Object() *goja.Object {
	if r.made != nil {
		return r.made
	}
	h := r.h
	class := bind.Define(h.VM, bind.Class{Name: "process", Parent: r.events().EventEmitter,
		Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") }})
	p := h.VM.CreateObject(class.Proto)
	r.made = p
	p.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("process"), goja.FLAG_TRUE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	fixed := func(name string, v any) {
		p.DefineDataProperty(name, h.VM.ToValue(v), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	fixed("version", "v"+Version)
	fixed("versions", r.frozen("node", Version, "gonode", GonodeVersion, "go", runtime.Version()[2:], "http_parser", GonodeVersion, "modules", "115",
		"unicode", strings.TrimSuffix(unicode.Version, ".0")))
	fixed("arch", arch())
	fixed("platform", platform())
	fixed("release", r.object("name", "node", "lts", "Iron"))
	p.Set("argv", r.texts(append([]string{h.Settings.ExecPath}, h.Settings.Args...)))
	p.Set("execArgv", r.texts(h.Settings.ExecArgv))
	p.Set("execPath", h.Settings.ExecPath)
	p.DefineDataProperty("argv0", h.VM.ToValue(argv0(h)), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	pid := os.Getpid()
	if h.Settings.PID != 0 {
		pid = h.Settings.PID
	}
	fixed("pid", pid)
	p.Set("ppid", os.Getppid())
	// What Node builds with ICU is there: Intl, domain names of all scripts, TextDecoder's encodings, buffer.transcode.
	fixed("config", r.freeze(r.object("variables", r.frozen("v8_enable_i18n_support", 1), "target_defaults", r.frozen())))
	p.DefineDataProperty("features", r.object("inspector", false, "debug", false, "uv", false, "ipv6", true, "tls_alpn", false,
		"tls_sni", false, "tls_ocsp", false, "tls", false, "cached_builtins", true, "require_module", true), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
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
		{Name: "_getActiveRequests", Fn: r.getActiveRequests},
		{Name: "getBuiltinModule", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			id := strings.TrimPrefix(h.Err.ValidateString(c.Argument(0), "id"), "node:")
			for _, name := range []string{id, "node:" + id} { // test goes by its whole name
				if v := h.Builtin(name); v != nil && (name == id || c.Argument(0).String() == name) {
					return v
				}
			}
			return goja.Undefined()
		}},
		{Name: "loadEnvFile", Fn: r.loadEnvFile},
		{Name: "openStdin", Fn: func(goja.FunctionCall) goja.Value {
			in := p.Get("stdin").(*goja.Object)
			bind.Invoke(h.VM, in, "resume")
			return in
		}},
		{Name: "assert", Fn: r.assert},
		{Name: "dlopen", Fn: func(c goja.FunctionCall) goja.Value {
			if len(c.Arguments) < 2 {
				panic(h.Err.Coded(nodeerr.TypeError, "ERR_MISSING_ARGS", "process.dlopen needs at least 2 arguments"))
			}
			panic(h.Err.Coded(nodeerr.Error, "ERR_DLOPEN_FAILED", "gonode cannot load native addons: "+c.Argument(1).String()))
		}},
		{Name: "constrainedMemory", Fn: r.constrainedMemory},
		{Name: "setSourceMapsEnabled", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			h.SourceMaps = h.Err.ValidateBoolean(c.Argument(0), "val")
			return goja.Undefined()
		}},
		{Name: "binding", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			panic(h.Err.Coded(nodeerr.Error, "ERR_INVALID_MODULE", "No such module: "+bind.ToString(c.Argument(0)).String()))
		}},
		{Name: "_linkedBinding", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			panic(h.Err.Coded(0, "ERR_INVALID_MODULE", "No such binding was linked: "+bind.ToString(c.Argument(0)).String()))
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
	r.defineAccessors()
	r.defineIdentity()
	r.defineStdio()
	r.defineWarnings()
	r.signals.init(r)
	if r.main != nil {
		bind.Hide(p, "mainModule", r.main)
	}
	return p
}

// defineAccessors makes what is computed when it is read.
func (r *Room) defineAccessors() {
	vm, p := r.h.VM, r.made
	accessor := func(name string, configurable bool, get bind.Func, set bind.Func) {
		var setter goja.Value
		if set != nil {
			setter = bind.Function(vm, bind.Method{Name: "set", Length: 1, Fn: set})
		}
		p.DefineAccessorProperty(name, bind.Function(vm, bind.Method{Name: "get", Fn: get}), setter, goja.ToFlag(configurable), goja.FLAG_TRUE)
	}
	accessor("exitCode", false, func(goja.FunctionCall) goja.Value { return r.exitCode }, r.setExitCode)
	accessor("title", true, func(goja.FunctionCall) goja.Value { return vm.ToValue(r.title) },
		func(c goja.FunctionCall) goja.Value { r.title = c.Argument(0).String(); return nil })
	accessor("_exiting", true, func(goja.FunctionCall) goja.Value { return bind.Bool(r.exiting) },
		func(c goja.FunctionCall) goja.Value { r.exiting = bind.Truthy(c.Argument(0)); return nil })
	accessor("sourceMapsEnabled", true, func(goja.FunctionCall) goja.Value { return bind.Bool(r.h.SourceMaps) }, nil)
	var flags goja.Value
	accessor("allowedNodeEnvironmentFlags", true, func(goja.FunctionCall) goja.Value {
		if flags == nil {
			flags = newFlagsSet(r.h)
		}
		return flags
	}, func(c goja.FunctionCall) goja.Value {
		p.DefineDataProperty("allowedNodeEnvironmentFlags", c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return nil
	})
}

// texts makes an array of strings.
func (r *Room) texts(list []string) goja.Value {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return r.h.VM.NewArray(out...)
}

func (r *Room) freeze(o *goja.Object) *goja.Object {
	bind.Invoke(r.h.VM, r.h.VM.Get("Object").(*goja.Object), "freeze", o)
	return o
}

// frozen is object, frozen.
func (r *Room) frozen(pairs ...any) *goja.Object { return r.freeze(r.object(pairs...)) }

// assert is process.assert(value, message), which Node has deprecated.
func (r *Room) assert(c goja.FunctionCall) goja.Value {
	if !r.asserted {
		r.asserted = true
		w := r.warningOf("DeprecationWarning", "process.assert() is deprecated. Please use the `assert` module instead.")
		w.Set("code", "DEP0100")
		r.EmitWarning(w)
	}
	if !bind.Truthy(c.Argument(0)) {
		text := "assertion error"
		if v := c.Argument(1); bind.Truthy(v) {
			text = bind.ToString(v).String()
		}
		panic(r.h.Err.Coded(nodeerr.Error, "ERR_ASSERTION", text))
	}
	return goja.Undefined()
}

// loadEnvFile is process.loadEnvFile(path): sets the variables that the file has and the environment has
// not.
func (r *Room) loadEnvFile(c goja.FunctionCall) goja.Value {
	path := ".env"
	if v := c.Argument(0); !bind.IsNullish(v) {
		path = r.pathOf(v)
	}
	text, err := r.h.Files().ReadFile(modules.Absolute(r.dir, path))
	switch {
	case errors.Is(err, syscall.EISDIR):
		panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", "Contents of '"+path+"' should be a valid string."))
	case err != nil:
		panic(r.h.Err.FromOS(err, "open", path, ""))
	}
	vars := bind.Invoke(r.h.VM, r.h.Builtin("util").(*goja.Object), "parseEnv", r.h.VM.ToValue(string(text))).(*goja.Object)
	for _, name := range vars.Keys() {
		if _, ok := r.env.values[name]; !ok {
			r.env.Set(name, vars.Get(name))
		}
	}
	return goja.Undefined()
}

// pathOf returns a path that is a string, a Buffer or a URL.
func (r *Room) pathOf(v goja.Value) string {
	if bind.Truthy(bind.Property(v, "href")) && bind.Truthy(bind.Property(v, "protocol")) { // as lib/internal/url.js: isURL
		return bind.Invoke(r.h.VM, r.h.Builtin("url").(*goja.Object), "fileURLToPath", v).String()
	}
	var path string
	if b, ok := bind.Exported[[]byte](v); ok {
		path = string(b)
	} else if path = ""; goja.IsString(v) {
		path = v.String()
	} else {
		panic(r.h.Err.InvalidArgType("path", []string{"string", "Buffer", "URL"}, v))
	}
	if strings.ContainsRune(path, 0) {
		panic(r.h.Err.InvalidArgValue("path", v, "must be a string, Uint8Array, or URL without null bytes"))
	}
	return path
}
