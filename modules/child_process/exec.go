package childprocess

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// maxBufferDefault is how much output exec and its kin keep, in bytes, unless told otherwise.
const maxBufferDefault = 1024 * 1024

// exec is exec(command[, options][, callback]): execFile in a shell.
func (r *Room) exec(c goja.FunctionCall) goja.Value {
	opts, cb := r.shellOptions(c.Argument(0), c.Argument(1), c.Argument(2))
	return bind.Invoke(r.h.VM, r.out, "execFile", c.Argument(0), opts, cb)
}

// shellOptions are the options of exec and execSync: a copy that asks for a shell.
func (r *Room) shellOptions(command, opts, cb goja.Value) (o *goja.Object, callback goja.Value) {
	r.h.Err.ValidateString(command, "command")
	r.checkNull(command, "command")
	if nodeerr.TypeOf(opts) == "function" {
		opts, cb = goja.Undefined(), opts
	}
	o = r.h.VM.NewObject()
	if from, ok := opts.(*goja.Object); ok {
		assign(o, from)
	}
	if !nodeerr.IsString(bind.Property(o, "shell")) {
		o.Set("shell", true)
	}
	return o, cb
}

// execFileArgs sorts (file[, args][, options][, callback]).
//
// Node v20 lib/child_process.js: normalizeExecFileArgs.
func (r *Room) execFileArgs(args, opts, cb goja.Value) (list *goja.Object, o *goja.Object, callback goja.Value) {
	e := r.h.Err
	switch a, isObject := args.(*goja.Object); {
	case isObject && a.ClassName() == "Array":
		list = a
	case isObject && nodeerr.TypeOf(a) == "object":
		opts, cb = args, opts
	case nodeerr.TypeOf(args) == "function":
		opts, cb = goja.Undefined(), args
	case !bind.IsNullish(args):
		panic(e.InvalidArgType("args", []string{"object"}, args))
	}
	if list == nil {
		list = r.h.VM.NewArray()
	}
	if nodeerr.TypeOf(opts) == "function" {
		cb = opts
	} else if !bind.IsNullish(opts) {
		o = e.ValidateObject(opts, "options")
	}
	if !bind.IsNullish(cb) {
		e.ValidateFunction(cb, "callback")
	}
	if o == nil {
		o = r.h.VM.NewObject()
	}
	if v := bind.Property(o, "argv0"); !bind.IsNullish(v) {
		e.ValidateString(v, "options.argv0")
		r.checkNull(v, "options.argv0")
	}
	return list, o, cb
}

// execution is a call of execFile.
type execution struct {
	room       *Room
	child      *ChildProcess
	command    string
	args       *goja.Object
	callback   bind.Callable
	encoding   buffer.Encoding
	text       bool // output is text
	maxBuffer  float64
	killSignal goja.Value
	out        [2]collected // stdout, stderr
	timer      *eventloop.Timer
	err        goja.Value
	killed     bool
	ended      bool
}

// collected is what came of one stream.
type collected struct {
	chunks []goja.Value
	length float64 // bytes
}

// execFile is execFile(file[, args][, options][, callback]).
//
// Node v20 lib/child_process.js: execFile.
func (r *Room) execFile(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	args, o, cb := r.execFileArgs(c.Argument(1), c.Argument(2), c.Argument(3))
	x := &execution{room: r, args: args, maxBuffer: maxBufferDefault}
	x.callback, _ = bind.ToCallable(cb)
	timeout := r.timeout(bind.Property(o, "timeout"))
	x.maxBuffer = r.maxBuffer(bind.Property(o, "maxBuffer"), maxBufferDefault)
	x.killSignal = bind.String(signalName(r.killSignal(bind.Property(o, "killSignal"))))
	given := vm.NewObject()
	for _, name := range []string{"cwd", "env", "gid", "shell", "signal", "uid", "argv0"} {
		if v := bind.Property(o, name); !bind.IsUndefined(v) {
			given.Set(name, v)
		}
	}
	if bind.IsUndefined(bind.Property(o, "shell")) {
		given.Set("shell", false)
	}
	child := bind.Invoke(vm, r.out, "spawn", c.Argument(0), args, given).(*goja.Object)
	x.child, x.command = r.child(child), c.Argument(0).String()
	x.text, x.encoding = true, buffer.UTF8
	if v := bind.Property(o, "encoding"); !bind.IsUndefined(v) {
		x.encoding, x.text = buffer.ParseEncoding(v.String())
		x.text = x.text && nodeerr.IsString(v)
	}
	if timeout > 0 {
		d, _ := eventloop.RoundTimeout(timeout)
		ctx := r.h.Context
		x.timer = r.h.Loop.SetTimeout(d, func() { r.h.Enter(ctx, x.kill) })
	}
	for i, name := range []string{"stdout", "stderr"} {
		if s, ok := child.Get(name).(*goja.Object); ok {
			if x.text {
				bind.Invoke(vm, s, "setEncoding", bind.String(x.encoding.String()))
			}
			// Through the method: 'data' starts the flow.
			bind.Invoke(vm, s, "on", bind.String("data"), vm.ToValue(func(c goja.FunctionCall) goja.Value {
				x.collect(i, name, s, c.Argument(0))
				return goja.Undefined()
			}))
		}
	}
	r.ev.On(child, "close", func(args []goja.Value) { x.exit(bind.Arg(args, 0), bind.Arg(args, 1)) })
	r.ev.On(child, "error", func(args []goja.Value) {
		x.err = bind.Arg(args, 0)
		x.destroyOutput()
		x.exit(goja.Undefined(), goja.Undefined())
	})
	return child
}

// collect keeps a piece of output; what is more than maxBuffer ends the child.
func (x *execution) collect(i int, name string, s *goja.Object, chunk goja.Value) {
	c := &x.out[i]
	if math.IsInf(x.maxBuffer, 1) {
		c.chunks = append(c.chunks, chunk)
		return
	}
	length := 0.0
	if nodeerr.IsString(chunk) {
		enc, _ := buffer.ParseEncoding(s.Get("readableEncoding").String())
		length = float64(buffer.ByteLength(chunk, enc))
	} else {
		length = bind.Property(chunk, "length").ToFloat()
	}
	if c.length += length; c.length <= x.maxBuffer {
		c.chunks = append(c.chunks, chunk)
		return
	}
	room := x.room.h.VM.ToValue(x.maxBuffer - (c.length - length))
	c.chunks = append(c.chunks, bind.Invoke(x.room.h.VM, chunk.ToObject(x.room.h.VM), "slice", bind.Int(0), room))
	x.err = x.room.h.Err.New("ERR_CHILD_PROCESS_STDIO_MAXBUFFER", name)
	x.kill()
}

func (x *execution) destroyOutput() {
	for _, name := range []string{"stdout", "stderr"} {
		if s, ok := x.child.obj.Get(name).(*goja.Object); ok {
			bind.Invoke(x.room.h.VM, s, "destroy")
		}
	}
}

// kill ends the child with killSignal.
func (x *execution) kill() {
	x.destroyOutput()
	x.killed = true
	if ex := x.room.h.VM.Try(func() { bind.Invoke(x.room.h.VM, x.child.obj, "kill", x.killSignal) }); ex != nil {
		x.err = ex.Value()
		x.exit(goja.Undefined(), goja.Undefined())
	}
}

// result is what was collected of one stream: text, or a Buffer.
func (x *execution) result(i int, name string) goja.Value {
	c := &x.out[i]
	text := x.text
	if s, ok := x.child.obj.Get(name).(*goja.Object); ok && bind.Truthy(s.Get("readableEncoding")) {
		text = true
	}
	if text {
		return bind.Invoke(x.room.h.VM, x.room.array(c.chunks), "join", bind.String(""))
	}
	var all []byte
	for _, v := range c.chunks {
		b, _ := buffer.Bytes(v)
		all = append(all, b...)
	}
	return x.room.buf.Wrap(all)
}

// exit calls back, once.
func (x *execution) exit(code, signal goja.Value) {
	if x.ended {
		return
	}
	x.ended = true
	if x.timer != nil {
		x.timer.Stop()
	}
	if x.callback.IsZero() {
		return
	}
	stdout, stderr := x.result(0, "stdout"), x.result(1, "stderr")
	if x.err == nil && nodeerr.IsNumber(code) && code.ToFloat() == 0 && goja.IsNull(signal) {
		x.callback.Call(goja.Undefined(), goja.Null(), stdout, stderr)
		return
	}
	command := x.command
	for _, a := range list(x.args) {
		command += " " + bind.ToString(a).String()
	}
	if x.err == nil {
		e := x.room.h.Err.Plain(nodeerr.Error, "Command failed: "+command+"\n"+bind.ToString(stderr).String())
		if nodeerr.IsNumber(code) && code.ToInteger() < 0 {
			name, _, _ := nodeerr.SystemError(int(code.ToInteger()))
			code = bind.String(name)
		}
		e.Set("code", code)
		e.Set("killed", x.killed || bind.Truthy(x.child.obj.Get("killed")))
		e.Set("signal", signal)
		x.err = e
	}
	if e, ok := x.err.(*goja.Object); ok {
		e.Set("cmd", command)
	}
	x.callback.Call(goja.Undefined(), x.err, stdout, stderr)
}

// promisifyForms tells util.promisify what exec and execFile resolve to: {stdout, stderr}.
func (r *Room) promisifyForms(o *goja.Object) {
	vm := r.h.VM
	custom, _ := bind.Invoke(vm, vm.Get("Symbol").(*goja.Object), "for", bind.String("nodejs.util.promisify.custom")).(*goja.Symbol)
	for _, name := range []string{"exec", "execFile"} {
		fn := o.Get(name).(*goja.Object)
		promised := bind.Function(vm, bind.Method{Name: "", Fn: func(c goja.FunctionCall) goja.Value {
			p, resolve, reject := vm.NewPromise()
			done := vm.ToValue(func(c goja.FunctionCall) goja.Value {
				err, stdout, stderr := c.Argument(0), c.Argument(1), c.Argument(2)
				result := vm.NewObject()
				if e, ok := err.(*goja.Object); ok {
					result = e
				}
				result.Set("stdout", stdout)
				result.Set("stderr", stderr)
				if goja.IsNull(err) {
					_ = resolve(result)
				} else {
					_ = reject(err)
				}
				return goja.Undefined()
			})
			child := bind.Call(fn, goja.Undefined(), append(append([]goja.Value(nil), c.Arguments...), done)...)
			v := vm.ToValue(p).(*goja.Object)
			v.Set("child", child)
			return v
		}})
		fn.DefineDataPropertySymbol(custom, promised, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
}
