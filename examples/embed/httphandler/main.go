// Command httphandler serves a script's server as an http.Handler, beside handlers written in Go.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/nethttp"
)

type userKey struct{}

func main() {
	script := new(nethttp.Handler)
	rt, err := runtime.New(runtime.Options{
		Network: script.Network(nil), // where the script listens there is no socket, but the handler
		Globals: map[string]any{
			"user": func(ctx context.Context) string { return ctx.Value(userKey{}).(string) },
		},
	})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	go func() { _ = rt.Run(context.Background(), "server.js") }()

	mux := http.NewServeMux()
	mux.HandleFunc("/go", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "from Go") })
	mux.HandleFunc("/js/", func(w http.ResponseWriter, r *http.Request) {
		// What is put into the context here reaches the functions of Go that the script calls.
		script.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, "ada")))
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()

	for _, path := range []string{"/go", "/js/echo"} {
		res, err := http.Post(srv.URL+path, "text/plain", strings.NewReader("body"))
		if err != nil {
			panic(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Println(res.StatusCode, string(b))
	}
}
