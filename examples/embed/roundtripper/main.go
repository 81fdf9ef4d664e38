// Command roundtripper sends what a script's http client sends through an http.RoundTripper of Go.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/nethttp"
)

// signed adds a header to each request and tells where it goes.
type signed struct{ next http.RoundTripper }

func (s signed) RoundTrip(r *http.Request) (*http.Response, error) {
	fmt.Println(r.Method, r.URL)
	r.Header.Set("Authorization", "Bearer secret") // the script never sees it
	return s.next.RoundTrip(r)
}

func main() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s with %q", r.Host, r.Header.Get("Authorization"))
	}))
	defer api.Close()

	// Names are the RoundTripper's to look up: here they all lead to the test server.
	transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(api.URL) }, DisableKeepAlives: true}
	client := &nethttp.Client{RoundTripper: signed{transport}}
	rt, err := runtime.New(runtime.Options{Network: client.Network(nil)})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	if err := rt.RunString("app.js", `
		require('http').get('http://api.test/items', (res) => {
			res.setEncoding('utf8').on('data', (text) => console.log(res.statusCode, text));
		});`); err != nil {
		panic(err)
	}
}
