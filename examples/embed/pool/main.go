// Command pool spreads calls over several runtimes, each a thread of JavaScript of its own.
package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/gonode/gonode/runtime"
)

func main() {
	ctx := context.Background()
	pool := runtime.NewPool(runtime.PoolOptions{
		Size:    4,
		Options: runtime.Options{Limits: runtime.Limits{EntryTime: 5 * time.Second}},
	})
	defer pool.Close()

	results := make([]int, 8)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			if err := pool.Invoke(ctx, &results[i], "./fib.js", "fib", i+10); err != nil {
				fmt.Println(err)
			}
		})
	}
	all.Wait()
	fmt.Println(results)

	// Fresh runtimes share nothing but what was compiled.
	fresh := runtime.NewPool(runtime.PoolOptions{Size: 2, Fresh: true})
	defer fresh.Close()
	for range 2 {
		var n int
		err := fresh.Invoke(ctx, &n, "./fib.js", "calls")
		fmt.Println(n, err)
	}
}
