package runtime

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
)

// Exports is a host module as a table: what JavaScript gets is an object with these properties, converted
// by the rule in the package comment.
//
//	Options{Modules: map[string]any{"store": runtime.Exports{
//		"get": func(ctx context.Context, key string) ([]byte, error) { … },
//		"put": runtime.Async{Func: func(ctx context.Context, key string, value []byte) error { … }},
//	}}}
type Exports map[string]any

// Async is a Go function that JavaScript gets a promise from. Func runs on a goroutine of its own and may
// block; its arguments and results are those of any function in the rule, but goja values it must not have.
// Its context ends with that of the call that led here, and with the runtime; Close waits for it.
type Async struct{ Func any }

// module makes the Module of a table.
func (rt *Runtime) module(id string, table Exports) modules.Module {
	return modules.Module{ID: id, Load: func(*modules.Host) goja.Value {
		v, err := rt.ToJS(map[string]any(table))
		if err != nil {
			panic(rt.host.VM.NewGoError(fmt.Errorf("module %s: %w", id, err)))
		}
		return v
	}}
}

// contextKey is where the AsyncContext has the context.Context of the embedder's call.
type contextKey struct{}

// Context returns the context of the Run, Do or Call, or of the request of nethttp, that led to what
// JavaScript does now: it follows timers, promises and AsyncLocalStorage. It ends with the runtime too.
// Inside Do and functions that JavaScript calls; functions that take a context.Context get this one.
func (rt *Runtime) Context() context.Context {
	if v, ok := rt.host.Context.Get(contextKey{}); ok {
		return v.(context.Context)
	}
	return rt.base
}

// with runs fn with ctx as what Context returns, for all that fn begins.
func (rt *Runtime) with(ctx context.Context, fn func()) {
	rt.host.Within(rt.host.Context.With(contextKey{}, ctx), fn)
}

// requestContext is the context of the request on a connection of the embedder's network that knows one.
func requestContext(conn any) *modules.AsyncContext {
	if c, ok := conn.(interface{ RequestContext() context.Context }); ok {
		if ctx := c.RequestContext(); ctx != nil {
			return (*modules.AsyncContext)(nil).With(contextKey{}, ctx)
		}
	}
	return nil
}

// lasting is Context, ended by the runtime's end as well.
func (rt *Runtime) lasting() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(rt.Context())
	stop := context.AfterFunc(rt.life, func() { cancel(context.Cause(rt.life)) })
	return ctx, func() { stop(); cancel(nil) }
}

// hostFunction makes a JavaScript function of fn: a context.Context first if it wants one, then the
// arguments; it returns nothing, a value, an error, or both.
func (rt *Runtime) hostFunction(fn reflect.Value, async bool) (goja.Value, error) {
	if fn.Kind() != reflect.Func || fn.IsNil() {
		return nil, errors.New("runtime: Async without a function")
	}
	t := fn.Type()
	fails := t.NumOut() > 0 && t.Out(t.NumOut()-1) == errorType
	results := t.NumOut()
	if fails {
		results--
	}
	if results > 1 {
		return nil, fmt.Errorf("runtime: a function returns %d values; JavaScript takes one, and an error", results)
	}
	f := &hostFunc{rt: rt, fn: fn, t: t, fails: fails, results: results}
	if t.NumIn() > 0 && t.In(0) == contextType {
		f.skip = 1
	}
	if async {
		for i := range t.NumIn() {
			if t.In(i).Implements(valueType) {
				return nil, fmt.Errorf("runtime: a function of Async takes a %v, which belongs to the loop goroutine", t.In(i))
			}
		}
		return rt.host.VM.ToValue(f.callAsync), nil
	}
	return rt.host.VM.ToValue(f.call), nil
}

// hostFunc is a Go function that JavaScript can call.
type hostFunc struct {
	rt      *Runtime
	fn      reflect.Value
	t       reflect.Type
	skip    int // 1: it takes a context first
	results int // 0 or 1
	fails   bool
}

// arguments converts those of a call. It throws Node's ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE.
func (f *hostFunc) arguments(ctx context.Context, given []goja.Value) []reflect.Value {
	in := make([]reflect.Value, 0, f.t.NumIn())
	if f.skip == 1 {
		in = append(in, reflect.ValueOf(ctx))
	}
	fixed := f.t.NumIn() - f.skip
	variadic := f.t.IsVariadic()
	if variadic {
		fixed--
	}
	count := fixed
	if variadic {
		count = max(fixed, len(given))
	}
	for i := range count {
		t := reflect.Type(nil)
		if i < fixed {
			t = f.t.In(i + f.skip)
		} else {
			t = f.t.In(f.t.NumIn() - 1).Elem()
		}
		v := goja.Value(goja.Undefined())
		if i < len(given) {
			v = given[i]
		}
		x := reflect.New(t).Elem()
		if err := f.rt.toGo(v, x, 0); err != nil {
			f.throwMismatch(i, v, err)
		}
		in = append(in, x)
	}
	return in
}

func (f *hostFunc) throwMismatch(i int, v goja.Value, err error) {
	e := f.rt.host.Err
	var m *mismatch
	if !errors.As(err, &m) {
		panic(f.rt.errorToJS(err))
	}
	name := fmt.Sprintf("arguments[%d]%s", i, m.path)
	got := m.got
	if got == nil {
		got = v
	}
	switch {
	case m.rng != "":
		panic(e.OutOfRange(name, m.rng, got))
	case m.kinds != nil:
		panic(e.InvalidArgType(name, m.kinds, got))
	}
	panic(e.InvalidArgValue(name, got, m.reason))
}

// invoke calls the function and turns a panic into an error, unless it is JavaScript's own.
func (f *hostFunc) invoke(in []reflect.Value, onLoop bool) (result reflect.Value, err error) {
	defer func() {
		if x := recover(); x != nil {
			if onLoop && engines(x) {
				panic(x)
			}
			stack := debug.Stack()
			f.rt.reportPanic(x, stack)
			err = &PanicError{x, stack}
		}
	}()
	out := f.fn.Call(in)
	if f.fails {
		err, _ = out[len(out)-1].Interface().(error)
	}
	if f.results == 1 {
		result = out[0]
	}
	return result, err
}

// engines reports whether x is how the engine unwinds JavaScript: an exception, an interrupt, an exit.
func engines(x any) bool {
	switch x := x.(type) {
	case goja.Value, *goja.Exception, *exitError:
		return true
	case error:
		if stopped := new(goja.InterruptedError); errors.As(x, &stopped) {
			return true
		}
	}
	t := reflect.TypeOf(x)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasPrefix(t.PkgPath(), "github.com/dop251/goja")
}

// convert is the result as JavaScript has it.
func (f *hostFunc) convert(result reflect.Value) goja.Value {
	if f.results == 0 {
		return goja.Undefined()
	}
	v, err := f.rt.toJS(result, 0)
	if err != nil {
		panic(f.rt.errorToJS(err))
	}
	return v
}

// call is the function of one that returns at once.
func (f *hostFunc) call(c goja.FunctionCall) goja.Value {
	ctx, done := context.Context(nil), func() {}
	if f.skip == 1 {
		ctx, done = f.rt.lasting()
	}
	defer done()
	result, err := f.invoke(f.arguments(ctx, c.Arguments), true)
	if err != nil {
		panic(f.rt.errorToJS(err))
	}
	return f.convert(result)
}

// callAsync is the function of an Async.
func (f *hostFunc) callAsync(c goja.FunctionCall) goja.Value {
	rt := f.rt
	promise, resolve, reject := rt.host.VM.NewPromise()
	ctx, done := rt.lasting()
	in := f.arguments(ctx, c.Arguments)
	pending, was := rt.host.Loop.Reserve(), rt.host.Context
	deliver := func(result reflect.Value, err error) {
		rt.host.Enter(was, func() {
			if err == nil {
				ex := rt.host.VM.Try(func() { resolve(f.convert(result)) })
				if ex != nil {
					reject(ex.Value())
				}
				return
			}
			reject(rt.errorToJS(err))
		})
	}
	if !rt.host.Loop.Go(func() {
		result, err := f.invoke(in, false)
		pending.Done(func() { done(); deliver(result, err) })
	}) {
		pending.Done(nil) // the loop is closed
		done()
	}
	return rt.host.VM.ToValue(promise)
}

// coder is an error that has a code for JavaScript.
type coder interface{ Code() string }

// errorToJS makes what JavaScript catches of err: what it threw itself comes back as it was; else an
// Error with err's text, whose code is err's Code(), that of the system ("ENOENT", with errno), ABORT_ERR
// for a context that was cancelled, ETIMEDOUT for one whose time was up, or none.
func (rt *Runtime) errorToJS(err error) goja.Value {
	if v := thrownValue(err); v != nil && rt.owns(v) == nil {
		return v
	}
	e := rt.host.Err.Plain(0, err.Error())
	code := ""
	var c coder
	var n syscall.Errno
	var p *PanicError
	switch {
	case errors.As(err, &c):
		code = c.Code()
	case errors.As(err, &p):
		code = "ERR_HOST_PANIC"
	case errors.As(err, &n):
		from := rt.host.Err.FromOS(err, "", "", "")
		code = from.Get("code").String()
		e.Set("errno", from.Get("errno"))
	case errors.Is(err, context.DeadlineExceeded):
		code = "ETIMEDOUT"
	case errors.Is(err, context.Canceled):
		e.Set("name", "AbortError")
		code = "ABORT_ERR"
	default:
		if from := rt.host.Err.FromOS(err, "", "", ""); from.Get("code").String() != "UNKNOWN" {
			code = from.Get("code").String()
			e.Set("errno", from.Get("errno"))
		}
	}
	if code != "" {
		e.Set("code", code)
	}
	e.DefineDataPropertySymbol(rt.goError, rt.host.VM.ToValue(&heldError{err}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return e
}

// heldError keeps a Go error in a JavaScript one; it has nothing that JavaScript could see.
type heldError struct{ err error }

// thrownValue is the JavaScript value in err, nil if there is none.
func thrownValue(err error) goja.Value {
	var thrown *ThrownError
	var rejected *RejectedError
	var ex *goja.Exception
	switch {
	case errors.As(err, &thrown):
		return thrown.Value
	case errors.As(err, &rejected):
		return rejected.Value
	case errors.As(err, &ex):
		return ex.Value()
	}
	return nil
}

// origin takes apart what JavaScript threw: its code and the Go error that it came from, if any.
func (rt *Runtime) origin(v goja.Value) (code string, cause error) {
	o, ok := v.(*goja.Object)
	if !ok {
		return "", nil
	}
	_ = rt.host.VM.Try(func() {
		if c := o.Get("code"); c != nil && goja.IsString(c) {
			code = c.String()
		}
		if h, ok := o.GetSymbol(rt.goError).(*goja.Object); ok {
			if held, ok := h.Export().(*heldError); ok {
				cause = held.err
			}
		}
	})
	return code, cause
}

// thrown is ex as Do and its kin return it.
func (rt *Runtime) thrown(ex *goja.Exception) *ThrownError {
	e := &ThrownError{Value: ex.Value(), exception: ex, text: rt.describe(ex.Value())}
	e.Code, e.cause = rt.origin(ex.Value())
	return e
}

// rejected is the error for a promise that was rejected with reason.
func (rt *Runtime) rejected(reason goja.Value) *RejectedError {
	e := &RejectedError{Value: reason, text: rt.describe(reason)}
	e.Code, e.cause = rt.origin(reason)
	return e
}

// describe is the text of a thrown value: the stack of an Error, which begins with its name and message.
func (rt *Runtime) describe(v goja.Value) (text string) {
	if ex := rt.host.VM.Try(func() {
		text = v.String()
		if o, ok := v.(*goja.Object); ok {
			if stack := o.Get("stack"); stack != nil && goja.IsString(stack) {
				text = modules.StackText(stack.String())
			}
		}
	}); ex != nil {
		return "something that cannot be described was thrown"
	}
	return text
}
