// Command embedfs runs a program whose files are part of the binary.
package main

import (
	"context"
	"embed"

	"github.com/gonode/gonode/runtime"
)

//go:embed app
var app embed.FS

func main() {
	rt, err := runtime.New(runtime.Options{
		FS:     app, // where modules come from; its root is /
		Dir:    "app",
		OnlyFS: true, // and all that require('fs') sees
	})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	if err := rt.Run(context.Background(), "main.js"); err != nil {
		panic(err)
	}
}
