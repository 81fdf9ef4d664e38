package nethttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/nethttp"
)

func ExampleHandler() {
	h := new(nethttp.Handler)
	rt, err := runtime.New(runtime.Options{Network: h.Network(nil)})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	if _, err := rt.Eval(context.Background(), "server.js", `
		require('http').createServer((req, res) => res.end('hello from ' + req.url)).listen(80)`); err != nil {
		panic(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/script", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 200 hello from /script
}

// canned answers everything.
type canned struct{}

func (canned) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = io.WriteString(w, "instead of "+r.URL.String())
	return w.Result(), nil
}

func ExampleClient() {
	c := &nethttp.Client{RoundTripper: canned{}}
	rt, err := runtime.New(runtime.Options{Network: c.Network(nil)})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	_ = rt.RunString("app.js", "require('http').get('http://example.com/x', (res) => res.pipe(process.stdout))")
	// Output: instead of http://example.com/x
}
