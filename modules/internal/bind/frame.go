package bind

import "github.com/dop251/goja"

// Frame makes the functions that promises call in Go: they run below a frame of JavaScript.
//
// Without one the engine takes a call from Go, such as the making of an Error or the settling of a promise, for its way
// out of JavaScript, and runs all promise jobs that wait before it returns: later ones than the present one, and before it
// is done. The zero value is ready.
type Frame struct {
	enter Callable
	fn    func(v goja.Value) goja.Value // what enter calls next, and with what
	v     goja.Value
}

var frameProgram = goja.MustCompile("gonode:frame", "(function (run) { return function () { return run() } })", true)

// Handler returns a function that calls fn with its first argument.
func (f *Frame) Handler(vm *goja.Runtime, fn func(v goja.Value) goja.Value) goja.Value {
	if f.enter.IsZero() {
		made, err := vm.RunProgram(frameProgram)
		if err != nil {
			panic("BUG: bind: " + err.Error())
		}
		f.enter, _ = ToCallable(Call(made, goja.Undefined(), vm.ToValue(func(goja.FunctionCall) goja.Value {
			fn, v := f.fn, f.v
			f.fn, f.v = nil, nil
			return fn(v)
		})))
	}
	return vm.ToValue(func(c goja.FunctionCall) goja.Value {
		f.fn, f.v = fn, c.Argument(0)
		return f.enter.Call(goja.Undefined())
	})
}
