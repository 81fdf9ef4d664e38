// Package os is Node's os module, on Go's standard library and /proc: what /proc does not tell,
// other systems than Linux do not tell either (0 and empty strings).
//
// Follows https://nodejs.org/docs/latest-v20.x/api/os.html.
package os

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('os').
var Module = modules.Module{ID: "os", Load: load}

// constant is one row of os.constants.
type constant struct {
	name  string
	value int
}

type room struct{ h *modules.Host }

func load(h *modules.Host) goja.Value {
	r := &room{h}
	vm := h.VM
	o := vm.NewObject()
	// As in Node most of the functions turn into their result where a primitive is wanted.
	fn := func(name string, length int, f func(c goja.FunctionCall) any) {
		function := bind.Function(vm, bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value { return vm.ToValue(f(c)) }})
		if length == 0 && name != "cpus" && name != "loadavg" && name != "networkInterfaces" {
			function.SetSymbol(goja.SymToPrimitive, vm.ToValue(func(c goja.FunctionCall) goja.Value { return vm.ToValue(f(goja.FunctionCall{})) }))
		}
		o.Set(name, function)
	}
	process := func(name string) any { return h.Builtin("process").(*goja.Object).Get(name) }
	fn("arch", 0, func(goja.FunctionCall) any { return process("arch") })
	fn("availableParallelism", 0, func(goja.FunctionCall) any { return runtime.NumCPU() })
	fn("cpus", 0, func(goja.FunctionCall) any { return r.cpus() })
	fn("endianness", 0, func(goja.FunctionCall) any { return endianness() })
	fn("freemem", 0, func(goja.FunctionCall) any { return memory("MemAvailable") })
	fn("getPriority", 1, r.getPriority)
	fn("homedir", 0, func(goja.FunctionCall) any { return r.homedir() })
	fn("hostname", 0, func(goja.FunctionCall) any {
		name, err := os.Hostname()
		if err != nil {
			panic(r.systemError(err, "uv_os_gethostname"))
		}
		return name
	})
	fn("loadavg", 0, func(goja.FunctionCall) any { a := loadavg(); return vm.NewArray(a[0], a[1], a[2]) })
	fn("networkInterfaces", 0, func(goja.FunctionCall) any { return r.networkInterfaces() })
	fn("platform", 0, func(goja.FunctionCall) any { return process("platform") })
	fn("release", 0, func(goja.FunctionCall) any { return release() })
	fn("setPriority", 2, r.setPriority)
	fn("tmpdir", 0, func(goja.FunctionCall) any { return r.tmpdir() })
	fn("totalmem", 0, func(goja.FunctionCall) any { return memory("MemTotal") })
	fn("type", 0, func(goja.FunctionCall) any { return osType() })
	fn("userInfo", 1, r.userInfo)
	fn("uptime", 0, func(goja.FunctionCall) any { return uptime() })
	fn("version", 0, func(goja.FunctionCall) any { return version() })
	fn("machine", 0, func(goja.FunctionCall) any { return machine() })

	fixed := func(name string, v goja.Value, configurable goja.Flag) {
		o.DefineDataProperty(name, v, goja.FLAG_FALSE, configurable, goja.FLAG_TRUE)
	}
	fixed("constants", r.constants(), goja.FLAG_FALSE)
	eol, null := "\n", "/dev/null"
	if runtime.GOOS == "windows" {
		eol, null = "\r\n", `\\.\nul`
	}
	fixed("EOL", bind.String(eol), goja.FLAG_TRUE)
	fixed("devNull", bind.String(null), goja.FLAG_TRUE)
	return o
}

// constants makes os.constants.
func (r *room) constants() goja.Value {
	null := func() *goja.Object { return r.h.VM.CreateObject(nil) }
	table := func(rows []constant) *goja.Object {
		o := null()
		for _, row := range rows {
			o.Set(row.name, row.value)
		}
		return o
	}
	o := null()
	o.Set("UV_UDP_REUSEADDR", 4)
	o.Set("dlopen", table(dlopen))
	o.Set("errno", table(errnos))
	o.Set("signals", table(signals))
	o.Set("priority", table([]constant{{"PRIORITY_LOW", 19}, {"PRIORITY_BELOW_NORMAL", 10}, {"PRIORITY_NORMAL", 0},
		{"PRIORITY_ABOVE_NORMAL", -7}, {"PRIORITY_HIGH", -14}, {"PRIORITY_HIGHEST", -20}}))
	return o
}

func endianness() string {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return "LE"
	}
	return "BE"
}

func (r *room) cpus() goja.Value {
	var out []any
	for _, c := range cpus() {
		times := r.h.VM.NewObject()
		times.Set("user", c.user)
		times.Set("nice", c.nice)
		times.Set("sys", c.sys)
		times.Set("idle", c.idle)
		times.Set("irq", c.irq)
		o := r.h.VM.NewObject()
		o.Set("model", c.model)
		o.Set("speed", c.speed)
		o.Set("times", times)
		out = append(out, o)
	}
	return r.h.VM.NewArray(out...)
}

// systemError returns Node's ERR_SYSTEM_ERROR for a failed call.
func (r *room) systemError(err error, call string) *goja.Object {
	n, _ := nodeerr.Errno(err)
	code, text, ok := nodeerr.SystemError(int(n))
	if !ok {
		code, text = "UNKNOWN", err.Error()
	}
	e := r.h.Err.New("ERR_SYSTEM_ERROR", fmt.Sprintf("A system error occurred: %s returned %s (%s)", call, code, text))
	info := r.h.VM.NewObject()
	info.Set("errno", nodeerr.Number(n))
	info.Set("code", code)
	info.Set("message", text)
	info.Set("syscall", call)
	e.Set("info", info)
	e.Set("errno", nodeerr.Number(n))
	e.Set("syscall", call)
	bind.Hide(e, "name", bind.String("SystemError"))
	return e
}

func (r *room) getPriority(c goja.FunctionCall) any {
	pid := 0
	if v := c.Argument(0); !bind.IsUndefined(v) {
		pid = int(r.h.Err.ValidateInt32(v, "pid"))
	}
	n, err := getPriority(pid)
	if err != nil {
		panic(r.systemError(err, "uv_os_getpriority"))
	}
	return n
}

func (r *room) setPriority(c goja.FunctionCall) any {
	pid, priority := c.Argument(0), c.Argument(1)
	if bind.IsUndefined(priority) {
		pid, priority = bind.Int(0), pid
	}
	id := r.h.Err.ValidateInt32(pid, "pid")
	n := r.h.Err.ValidateInteger(priority, "priority", -20, 19)
	if err := setPriority(int(id), int(n)); err != nil {
		panic(r.systemError(err, "uv_os_setpriority"))
	}
	return goja.Undefined()
}

func (r *room) homedir() string {
	name := "HOME"
	if runtime.GOOS == "windows" {
		name = "USERPROFILE"
	}
	if s, ok := r.h.Process.Env(name); ok && s != "" {
		return s
	}
	u, err := currentUser()
	if err != nil {
		panic(r.systemError(err, "uv_os_homedir"))
	}
	return u.home
}

func (r *room) tmpdir() string {
	env := func(names ...string) string {
		for _, name := range names {
			if s, ok := r.h.Process.Env(name); ok && s != "" {
				return s
			}
		}
		return ""
	}
	if runtime.GOOS == "windows" {
		dir := env("TEMP", "TMP")
		if dir == "" {
			dir = env("SystemRoot", "windir") + `\temp`
		}
		if len(dir) > 1 && strings.HasSuffix(dir, `\`) && !strings.HasSuffix(dir, `:\`) {
			dir = dir[:len(dir)-1]
		}
		return dir
	}
	dir := env("TMPDIR", "TMP", "TEMP")
	if dir == "" {
		dir = "/tmp"
	}
	if len(dir) > 1 {
		dir = strings.TrimSuffix(dir, "/")
	}
	return dir
}

func (r *room) userInfo(c goja.FunctionCall) any {
	u, err := currentUser()
	if err != nil {
		panic(r.systemError(err, "uv_os_get_passwd"))
	}
	asBuffer := false
	if v := bind.Property(c.Argument(0), "encoding"); nodeerr.IsString(v) {
		asBuffer = v.String() == "buffer"
	}
	text := func(s string) goja.Value {
		if asBuffer {
			return buffer.Rooms.Of(r.h).Wrap([]byte(s))
		}
		return bind.String(s)
	}
	o := r.h.VM.CreateObject(nil)
	o.Set("uid", u.uid)
	o.Set("gid", u.gid)
	o.Set("username", text(u.name))
	o.Set("homedir", text(u.home))
	o.Set("shell", text(u.shell))
	if u.shell == "" {
		o.Set("shell", goja.Null())
	}
	return o
}

func (r *room) networkInterfaces() goja.Value {
	interfaces, err := net.Interfaces()
	if err != nil {
		panic(r.systemError(err, "uv_interface_addresses"))
	}
	o := r.h.VM.NewObject()
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil || i.Flags&net.FlagUp == 0 || i.Flags&net.FlagRunning == 0 {
			continue
		}
		var list []any
		for _, a := range addrs {
			if ip, ok := a.(*net.IPNet); ok {
				list = append(list, r.address(&i, ip))
			}
		}
		if list != nil {
			o.Set(i.Name, r.h.VM.NewArray(list...))
		}
	}
	return o
}

func (r *room) address(i *net.Interface, ip *net.IPNet) goja.Value {
	family, mask, v4 := "IPv6", net.IP(ip.Mask).String(), ip.IP.To4() != nil
	if v4 {
		family = "IPv4"
		if m := ip.Mask; len(m) == 16 {
			mask = net.IP(m[12:]).String()
		}
	}
	mac := i.HardwareAddr.String()
	if mac == "" {
		mac = "00:00:00:00:00:00"
	}
	o := r.h.VM.NewObject()
	o.Set("address", ip.IP.String())
	o.Set("netmask", mask)
	o.Set("family", family)
	o.Set("mac", mac)
	o.Set("internal", i.Flags&net.FlagLoopback != 0)
	bits, _ := ip.Mask.Size()
	o.Set("cidr", fmt.Sprintf("%s/%d", ip.IP, bits))
	if !v4 {
		scope := 0
		if ip.IP.IsLinkLocalUnicast() {
			scope = i.Index
		}
		o.Set("scopeid", scope)
	}
	return o
}
