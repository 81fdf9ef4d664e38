// Command script runs a script as node does and says how it ended.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/gonode/gonode/runtime"
)

func main() {
	rt, err := runtime.New(runtime.Options{Args: []string{"hello.js", "world"}})
	if err != nil {
		panic(err)
	}
	defer rt.Close()

	// Run returns when the script has nothing left to wait for: here, a timer.
	err = rt.Run(context.Background(), "hello.js")
	var exit *runtime.ExitError
	switch {
	case errors.As(err, &exit):
		fmt.Println("exit code", exit.Code) // an *UncaughtError is one too
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
	}
}
