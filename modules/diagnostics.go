package modules

import "github.com/dop251/goja"

// Diagnostics are the built-in channels of diagnostics_channel: the points at which gonode's own modules tell what
// they do. Loop goroutine.
//
// Node v20 doc/api/diagnostics_channel.md, "Built-in Channels".
type Diagnostics struct {
	HTTPClientRequestStart, HTTPClientRequestError, HTTPClientResponseFinish Publish
	HTTPServerRequestStart, HTTPServerResponseFinish                         Publish
	NetClientSocket, NetServerSocket                                         Publish
	NetListenStart, NetListenEnd, NetListenError                             Publish
	ChildProcess                                                             Publish
}

// Publish gives a message to the subscribers of a channel. It is nil without any, so that nobody pays for what
// nobody hears. What a subscriber throws does not come back.
type Publish func(message goja.Value)

// Tell publishes an object with these properties, names and values in turn.
func (p Publish) Tell(h *Host, properties ...any) {
	if p == nil {
		return
	}
	p(h.Record(properties...))
}

// Record returns a new object with these properties, names and values in turn.
func (h *Host) Record(properties ...any) *goja.Object {
	o := h.VM.NewObject()
	setAll(o, properties)
	return o
}

func setAll(o *goja.Object, properties []any) {
	for i := 0; i < len(properties); i += 2 {
		o.Set(properties[i].(string), properties[i+1])
	}
}

// Channel returns the channel of a name; nil if no module publishes on it.
func (d *Diagnostics) Channel(name string) *Publish {
	switch name {
	case "http.client.request.start":
		return &d.HTTPClientRequestStart
	case "http.client.request.error":
		return &d.HTTPClientRequestError
	case "http.client.response.finish":
		return &d.HTTPClientResponseFinish
	case "http.server.request.start":
		return &d.HTTPServerRequestStart
	case "http.server.response.finish":
		return &d.HTTPServerResponseFinish
	case "net.client.socket":
		return &d.NetClientSocket
	case "net.server.socket":
		return &d.NetServerSocket
	case "tracing:net.server.listen:asyncStart":
		return &d.NetListenStart
	case "tracing:net.server.listen:asyncEnd":
		return &d.NetListenEnd
	case "tracing:net.server.listen:error":
		return &d.NetListenError
	case "child_process":
		return &d.ChildProcess
	}
	return nil
}
