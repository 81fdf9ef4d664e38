package modules

import (
	"fmt"

	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Era says how a runtime behaves where the documented era, Node 0.11, and today's Node disagree. The
// zero Era is today's. Rooms ask for a field by its name; nothing else knows of versions.
//
// Whatever the era, one message has one meaning on the wire: folded fields, a second Content-Length,
// a second Host, HTTP/0.9, heads beyond the limit, and control characters that would split a message
// are refused in both.
//
// Each field is what node 0.11.14 does, asked by the tests in jstests/compat.
type Era struct {
	// http, server

	ServeWithoutHost   bool // an HTTP/1.1 request without Host is served; two are refused still
	ServeUnknownExpect bool // a request that expects what nobody knows is served; today: 417
	CloseOnBreach      bool // a request that breaks the protocol ends the connection after 'clientError', without an answer

	// http, messages

	ChunkKnownLength   bool // a body given whole to end() is chunked; today: Content-Length
	DropLineBreaks     bool // line breaks in the value of a field are left out; today: ERR_INVALID_CHAR
	EndReturnsBool     bool // end() tells whether the message had its connection, false after the end; today it is the message
	WaitingIsFalse     bool // write() is false while the message waits for its connection; today while much waits
	WriteAfterEndTrue  bool // write() after the end is true before its 'error'; today: false
	DestroySendsWrites bool // what was written in the turn of a destroy() still leaves
	CloseOnlyIfCut     bool // messages emit 'close' only if the connection ended first
	NoErrorIfCut       bool // a request cut short emits 'aborted', 'close', a response 'aborted', 'end', 'close'; today also 'error', and no 'end'

	// http, agent

	AgentNameEndsInColon bool // agent.getName() is host:port:localAddress: with a colon behind

	// dns, net

	IPv4First         bool // of a host's addresses IPv4 comes first
	WriteAfterFINTold bool // write() after the peer's end emits 'error'; today only the callback gets it
	LookupOfAddresses bool // 'lookup' is emitted also if the host is an address
	ListenAnyPort     bool // listen(-1) is any port, and others count modulo 65536; today: ERR_SOCKET_BAD_PORT
	SettableCount     bool // server.connections may be assigned

	// stream

	PushAfterEOFThrows bool // push() after null, and unshift() after 'end', emit 'error' at once: without a listener they throw
	PipeErrorThrows    bool // 'error' emitted by hand on a pipe's end is thrown at once if nobody listens

	// fs

	NoCallbackThrows bool // without a callback an operation begins, and its error is thrown later

	// timers

	TicksAfterImmediates bool // nextTick runs after all immediates of a turn; today: after each

	// Texts are the messages of errors that read otherwise. Classes and codes are today's.
	Texts map[nodeerr.Code]string
}

// eras are the values of runtime.Options.Compat.
var eras = map[string]Era{
	"": {},
	"0.11": {
		ServeWithoutHost:   true,
		ServeUnknownExpect: true,
		CloseOnBreach:      true,

		ChunkKnownLength:   true,
		DropLineBreaks:     true,
		EndReturnsBool:     true,
		WaitingIsFalse:     true,
		WriteAfterEndTrue:  true,
		DestroySendsWrites: true,
		CloseOnlyIfCut:     true,
		NoErrorIfCut:       true,

		AgentNameEndsInColon: true,

		IPv4First:         true,
		WriteAfterFINTold: true,
		LookupOfAddresses: true,
		ListenAnyPort:     true,
		SettableCount:     true,

		PushAfterEOFThrows: true,
		PipeErrorThrows:    true,

		NoCallbackThrows: true,

		TicksAfterImmediates: true,

		Texts: map[nodeerr.Code]string{
			"ERR_HTTP_HEADERS_SENT":      "Can't %s headers after they are sent.",
			"ERR_INVALID_PROTOCOL":       `Protocol "%s" not supported. Expected "%s".`,
			"ERR_SERVER_NOT_RUNNING":     "Not running",
			"ERR_STREAM_WRITE_AFTER_END": "write after end",
			"ERR_UNESCAPED_CHARACTERS":   "%s contains unescaped characters.",
		},
	},
}

// EraOf returns the era that goes by a name: "" is today's, "0.11" the documented one.
func EraOf(name string) (Era, error) {
	era, ok := eras[name]
	if !ok {
		return Era{}, fmt.Errorf(`unknown era %q; want "0.11" or none`, name)
	}
	return era, nil
}
