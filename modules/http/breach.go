package http

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/parser"
)

// This file is what becomes of a client that breaks the protocol.

// readBroken reports what comes behind a breach of the protocol, for as long as a listener of
// 'clientError' keeps the connection open. Nothing of it is read as HTTP.
func (c *conn) readBroken(ch *sock.Chunk) {
	c.active()
	c.so.tap(ch.Bytes())
	if _, _, err := c.p.Next(ch.Bytes()); err != nil && c.srv.Emitter.Count("clientError") > 0 {
		c.clientError(c.room.parseError(err.(*parser.Error), ch.Bytes(), 0))
	}
	ch.Release()
}

// listenErrors hears 'error' of the Socket: one that the program emits is the connection's end, as a
// failure of its own is. Those are told where they happen.
//
// Node v20 lib/_http_server.js: socketOnError.
func (c *conn) listenErrors() {
	c.on("error", func(args []goja.Value) {
		if c.told || c.srv == nil {
			return
		}
		err := bind.Arg(args, 0)
		code := ""
		if v := bind.Property(err, "code"); nodeerr.IsString(v) {
			code = v.String()
		}
		c.protocolError(err, code)
	})
}

func (c *conn) clientError(err goja.Value) bool {
	return c.room.ev.Emit(c.srv.Object(), "clientError", err, c.socket())
}

// parseError reports a request that breaks the protocol: 'clientError', or an answer and the end.
//
// Node v20 lib/_http_server.js: onParserExecuteCommon, socketOnError.
func (c *conn) parseError(e *parser.Error, packet []byte, parsed int) {
	c.protocolError(c.room.parseError(e, packet, parsed), e.Code)
}

// parseError makes the Error of a breach of the protocol, which the parser found after parsed bytes
// of the packet.
func (r *Room) parseError(e *parser.Error, packet []byte, parsed int) *goja.Object {
	text := e.Error()
	if packet == nil {
		text = "Parse Error" // Node: the reason is only added where there is a packet
	}
	err := r.h.Err.Plain(nodeerr.Error, text)
	err.Set("bytesParsed", parsed)
	err.Set("code", e.Code)
	err.Set("reason", e.Reason)
	if packet != nil {
		err.Set("rawPacket", r.buf.Wrap(append([]byte(nil), packet...)))
	}
	return err
}

var errorResponses = map[string]string{
	"HPE_HEADER_OVERFLOW":           "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n",
	"HPE_CHUNK_EXTENSIONS_OVERFLOW": "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n",
	"ERR_HTTP_REQUEST_TIMEOUT":      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
}

const badRequest = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"

// cut is the wire of an answer whose connection ends before it: nothing may follow on it.
type cut struct{}

func (cut) Out(int) []byte                           { return nil }
func (cut) SetOut([]byte) bool                       { return false }
func (cut) WriteLent([]byte, func(*sock.Error)) bool { return false }
func (cut) Flushed(fn func(*sock.Error))             { fn(sock.ErrClosed) }
func (cut) Queued() int                              { return 0 }
func (cut) BytesWritten() int64                      { return 0 }
func (cut) HighWaterMark() int                       { return 0 }
func (cut) Destroyed() bool                          { return true }

func (c *conn) protocolError(err goja.Value, code string) {
	c.gone, c.halted, c.told = true, true, true
	if c.room.h.Era.CloseOnBreach {
		c.clientError(err)
		c.destroy(nil)
		return
	}
	if c.srv.Emitter.Count("clientError") > 0 {
		c.broken = strings.HasPrefix(code, "HPE_")
		c.clientError(err)
		return
	}
	if code == "HPE_CLOSED_CONNECTION" && c.last != nil {
		// Bytes after a request that was to be the last are nobody's: its answer is the end.
		// RFC 9112 §9.6
		c.last.last = true
		return
	}
	// An answer only where it cannot be taken for a part of another one.
	if c.first == nil || !c.first.headSent {
		text, ok := errorResponses[code]
		if !ok {
			text = badRequest
		}
		c.sk.WriteString(text, nil)
	}
	if c.first != nil {
		c.first.wire = cut{}
	}
	if c.so != nil {
		so := c.so
		c.sk.Flushed(func(*sock.Error) {
			c.room.h.Door.Enter(modules.Func(func() { so.destroy(err) }))
		})
		return
	}
	c.sk.DestroySoon()
}
