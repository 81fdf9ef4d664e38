package weakref_test

import (
	"context"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// collectUntil lets Go collect until fn, on the loop goroutine, is true.
func collectUntil(t *testing.T, rt *runtimetest.Runtime, expression string) {
	t.Helper()
	for ok := false; !ok; {
		goruntime.GC()
		if err := rt.Do(context.Background(), func(vm *goja.Runtime) error {
			v, err := vm.RunString(expression)
			ok = err == nil && v.ToBoolean()
			return err
		}); err != nil {
			t.Fatal(err) // the deadline of runtimetest ends what never comes
		}
	}
}

func do(t *testing.T, rt *runtimetest.Runtime, source string) {
	t.Helper()
	if err := rt.Do(context.Background(), func(vm *goja.Runtime) error {
		_, err := vm.RunString(source)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWeakRefLetsGo(t *testing.T) {
	rt := runtimetest.New(t)
	do(t, rt, `var kept = { name: 'kept' }, refs = [new WeakRef(kept), new WeakRef({ name: 'lost' }), new WeakRef(Symbol('lost'))];`)
	collectUntil(t, rt, `refs[1].deref() === undefined && refs[2].deref() === undefined`)
	collectUntil(t, rt, `refs[0].deref() === kept`)
}

func TestFinalizationRegistryTells(t *testing.T) {
	rt := runtimetest.New(t)
	do(t, rt, `
		var told = [], token = {}, kept = {};
		var registry = new FinalizationRegistry((held) => { told.push(held); if (held === 'throws') throw new Error('mine'); });
		registry.register({}, 'lost');
		registry.register({}, 'with a token', token);
		registry.register({}, 'withdrawn', kept);
		registry.unregister(kept);
		registry.register(kept, 'kept');`)
	collectUntil(t, rt, `told.length === 2`)
	collectUntil(t, rt, `told.sort().join() === 'lost,with a token'`)
}

func TestCloseForgetsRegistrations(t *testing.T) {
	gone := make(chan struct{})
	func() {
		rt, err := runtime.New(runtime.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer rt.Close()
		if err := rt.Do(context.Background(), func(vm *goja.Runtime) error {
			goruntime.AddCleanup(vm.GlobalObject(), func(c chan struct{}) { close(c) }, gone)
			_, err := vm.RunString(`var registry = new FinalizationRegistry(() => {}), target = {}; registry.register(target, 1);`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}()
	deadline := time.After(runtimetest.Deadline)
	for {
		goruntime.GC()
		select {
		case <-gone:
			return
		case <-deadline:
			t.Fatal("the runtime is still in memory")
		default:
		}
	}
}
