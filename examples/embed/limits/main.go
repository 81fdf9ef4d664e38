// Command limits bounds what scripts may use.
package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gonode/gonode/runtime"
)

func main() {
	run(runtime.Limits{EntryTime: 50 * time.Millisecond}, "for (;;);")
	run(runtime.Limits{CallStack: 100}, "(function f() { f() })()")
	run(runtime.Limits{Timers: 10}, "for (;;) setTimeout(() => {}, 1)")
	run(runtime.Limits{Handles: 2}, "for (let i = 0; i < 3; i++) require('net').createServer().listen(0, '127.0.0.1')")
	run(runtime.Limits{JSONDepth: 100}, "JSON.parse('['.repeat(1000))")
}

func run(limits runtime.Limits, source string) {
	rt, err := runtime.New(runtime.Options{Limits: limits, Stderr: io.Discard})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	err = rt.RunString("app.js", source)
	// Some limits are exceptions that the script may catch; those of time and memory end the runtime.
	var limit *runtime.LimitError
	var uncaught *runtime.UncaughtError
	switch {
	case errors.As(err, &limit):
		fmt.Println("ended:", limit.Limit)
	case errors.As(err, &uncaught):
		fmt.Println("thrown:", uncaught.Value)
	}
}
