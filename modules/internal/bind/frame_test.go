package bind_test

import (
	"slices"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

func TestFrameKeepsTheOrderOfPromiseJobs(t *testing.T) {
	vm := goja.New()
	var log []string
	settle := func(goja.Value) goja.Value {
		_, resolve, _ := vm.NewPromise() // as a room does in answer to a promise
		_ = resolve(1)
		log = append(log, "first")
		return goja.Undefined()
	}
	var frame bind.Frame
	vm.Set("log", func(s string) { log = append(log, s) })
	vm.Set("handler", frame.Handler(vm, settle))
	v, err := vm.RunString(`(() => {
		Promise.resolve().then(() => { Promise.resolve().then(() => log('third')) })
		Promise.resolve().then(handler)
		Promise.resolve().then(() => log('second'))
	})`)
	if err != nil {
		t.Fatal(err)
	}
	run, _ := goja.AssertFunction(v)
	if _, err := run(nil); err != nil {
		t.Fatal(err)
	}
	if want := []string{"first", "second", "third"}; !slices.Equal(log, want) {
		t.Errorf("with a frame: %v", log)
	}
}

func TestFramePassesWhatIsReturnedAndThrown(t *testing.T) {
	vm := goja.New()
	var frame bind.Frame
	vm.Set("double", frame.Handler(vm, func(v goja.Value) goja.Value { return vm.ToValue(2 * v.ToInteger()) }))
	vm.Set("fail", frame.Handler(vm, func(v goja.Value) goja.Value { panic(v) }))
	v, err := vm.RunString(`
		let out = ''
		Promise.resolve(21).then(double).then(v => { out += v; throw 'x' }).then(null, fail).catch(e => { out += e })
		;({ get out() { return out } })
	`)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.(*goja.Object).Get("out").String(); got != "42x" {
		t.Errorf("got %q", got)
	}
}
