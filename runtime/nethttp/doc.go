// Package nethttp joins the runtime to Go's net/http: a script's server is an [http.Handler], and its client
// goes through an [http.RoundTripper]. It is the only package of gonode that knows net/http.
//
//	h := new(nethttp.Handler)
//	rt, err := runtime.New(runtime.Options{Network: h.Network(nil)})
//	…
//	go rt.Run(ctx, "server.js") // http.createServer(…).listen(8080)
//	http.Handle("/", h)
//
// Scripts stay as they are. Between the two sides is a connection in memory over which HTTP/1.1 is spoken, so
// that streaming, back-pressure, upgrades, 1xx answers and trailers are what they are on a wire. What net/http
// does to a message on its way it does here too: names of fields get their usual case and lose their order.
package nethttp
