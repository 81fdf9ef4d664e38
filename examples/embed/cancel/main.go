// Command cancel ends scripts with contexts: one that waits, one that never returns, and a function of Go
// that a script waits for.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
)

func main() {
	waiting()
	busy()
	inGo()
}

func newRuntime(globals map[string]any) *runtime.Runtime {
	rt, err := runtime.New(runtime.Options{Globals: globals})
	if err != nil {
		panic(err)
	}
	return rt
}

// waiting: Run ends with its context, and with it timers, servers and connections.
func waiting() {
	rt := newRuntime(nil)
	defer rt.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	fmt.Println("waiting:", rt.Run(ctx, "forever.js"))
}

// busy: JavaScript is cut off where it stands, and cannot catch that.
func busy() {
	rt := newRuntime(nil)
	defer rt.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err := rt.Do(ctx, func(vm *goja.Runtime) error {
		_, err := vm.RunString("try { for (;;); } finally { print('never') }")
		return err
	})
	fmt.Println("busy:", err)
}

// inGo: a function of Go gets the context of the call that led to it.
func inGo() {
	began := make(chan struct{})
	rt := newRuntime(map[string]any{"query": runtime.Async{Func: func(ctx context.Context) error {
		close(began)
		<-ctx.Done() // as a database driver would
		return ctx.Err()
	}}})
	defer rt.Close()
	fn, err := rt.Eval(context.Background(), "inline.js", "(async () => { try { await query() } catch (e) { return `${e.name} ${e.code}` } })")
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	promise, err := rt.Call(ctx, fn)
	if err != nil {
		panic(err)
	}
	<-began
	cancel()
	v, err := rt.Await(context.Background(), promise)
	fmt.Println("in Go:", v, err)
}
