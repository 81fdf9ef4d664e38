package runtime_test

import (
	_ "embed"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/gonode/gonode/runtime"
)

//go:embed testdata/arguments.js
var argumentsScript string

var errTooLong = errors.New("it waits for something")

// FuzzArguments: no function that a program can reach panics in Go, whatever it is called with and on.
func FuzzArguments(f *testing.F) {
	for i := range uint32(60) {
		f.Add(i * 71)
	}
	f.Fuzz(func(t *testing.T, picked uint32) {
		last := ""
		rt, err := runtime.New(runtime.Options{
			Args: []string{"arguments.js"}, Dir: t.TempDir(), Stdout: io.Discard, Stderr: io.Discard, Permissions: &runtime.Permissions{},
			Limits:  runtime.Limits{EntryTime: 2 * time.Second, Handles: 100, Timers: 1000},
			Globals: map[string]any{"picked": int64(picked), "calling": func(name string) { last = name }},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer rt.Close()
		ended := time.AfterFunc(5*time.Second, func() { rt.Interrupt(errTooLong) })
		defer ended.Stop()
		if panicked := (*runtime.PanicError)(nil); errors.As(rt.RunString("arguments.js", argumentsScript), &panicked) {
			t.Fatalf("%s: %v\n%s", last, panicked.Value, panicked.Stack)
		}
	})
}
