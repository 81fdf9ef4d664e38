// Command await keeps a runtime alive and calls an async function of a script from several goroutines.
package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/gonode/gonode/runtime"
)

func main() {
	ctx := context.Background()
	rt, err := runtime.New(runtime.Options{})
	if err != nil {
		panic(err)
	}
	defer rt.Close()

	// Invoke calls what a module exports, waits for the promise, and converts the result.
	results := make([]struct {
		Sum  int    `json:"sum"`
		Note string `json:"note"`
	}, 3)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			if err := rt.Invoke(ctx, &results[i], "./sum.js", "sum", []int{i, 10}); err != nil {
				fmt.Println(err)
			}
		})
	}
	all.Wait()
	fmt.Println(results)

	// The parts of it: values stay with the runtime until Await gives them out.
	fn, err := rt.Eval(ctx, "inline.js", "(async (n) => n * 2)")
	if err != nil {
		panic(err)
	}
	promise, err := rt.Call(ctx, fn, 21)
	if err != nil {
		panic(err)
	}
	v, err := rt.Await(ctx, promise)
	fmt.Println(v, err)
}
