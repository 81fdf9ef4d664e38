package http

import (
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
)

// Defaults of a Server, in milliseconds. Where the document of 2013 and Node 20 differ it is the
// document's: the idle timeout and the number of header lines.
const (
	defaultTimeout          = 120000
	defaultKeepAliveTimeout = 5000
	defaultHeadersTimeout   = 60000
	defaultRequestTimeout   = 300000
	defaultCheckInterval    = 30000
	defaultMaxHeadersCount  = 1000
)

// Server is the state of an http.Server.
type Server struct {
	net.Server
	http *Room

	timeout, keepAliveTimeout      float64 // ms
	headersTimeout, requestTimeout float64 // ms
	checkInterval                  float64 // ms
	maxHeadersCount                float64
	maxRequestsPerSocket           float64
	maxHeaderSize                  int
	requireHostHeader              bool
	joinDuplicateHeaders           bool
	rejectNonStandardBodyWrites    bool
	httpAllowHalfOpen              bool
	incomingCtor, responseCtor     *goja.Object
	lenient                        bool // insecureHTTPParser
	highWaterMark                  int  // bytes, of messages and sockets
	shouldUpgrade                  bind.Callable
	uniqueHeaders                  map[string]bool

	conns    *conn // open connections, newest first
	checker  eventloop.Timer
	checked  bool // checker was started once
	emitting bool // our own 'connection' is being emitted
	draining bool // by Drain
	lastLeft map[*conn]int64
}

func (r *Room) defineServer() {
	vm := r.h.VM
	m := func(fn func(s *Server, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			s, ok := bind.SelfOf[*Server](c.This)
			if !ok {
				panic(vm.NewTypeError("this is not an http.Server"))
			}
			return fn(s, c)
		}
	}
	number := func(name string, field func(s *Server) *float64) bind.Accessor {
		return bind.Accessor{Name: name,
			Get: func(c goja.FunctionCall) goja.Value {
				s, ok := bind.SelfOf[*Server](c.This)
				if !ok {
					return goja.Undefined()
				}
				if v := *field(s); !math.IsNaN(v) {
					return vm.ToValue(v)
				}
				return goja.Null()
			},
			Set: m(func(s *Server, c goja.FunctionCall) goja.Value {
				*field(s) = math.NaN()
				if v := c.Argument(0); nodeerr.IsNumber(v) {
					*field(s) = v.ToFloat()
				}
				return goja.Undefined()
			})}
	}
	flag := func(name string, field func(s *Server) *bool) bind.Accessor {
		return bind.Accessor{Name: name,
			Get: func(c goja.FunctionCall) goja.Value {
				if s, ok := bind.SelfOf[*Server](c.This); ok {
					return bind.Bool(*field(s))
				}
				return goja.Undefined()
			},
			Set: m(func(s *Server, c goja.FunctionCall) goja.Value {
				*field(s) = bind.Truthy(c.Argument(0))
				return goja.Undefined()
			})}
	}
	r.Server = bind.Define(vm, bind.Class{Name: "Server", Length: 2, Mode: bind.CallInstance, Parent: r.net.Server,
		Construct: r.newServer,
		Methods: []bind.Method{
			{Name: "close", Fn: m((*Server).close)},
			{Name: "closeAllConnections", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value {
				s.eachConn(func(c *conn) { c.destroy(nil) })
				return goja.Undefined()
			})},
			{Name: "closeIdleConnections", Fn: m(func(s *Server, _ goja.FunctionCall) goja.Value {
				s.closeIdle()
				return goja.Undefined()
			})},
			{Name: "setTimeout", Length: 2, Fn: m(func(s *Server, c goja.FunctionCall) goja.Value {
				s.timeout = c.Argument(0).ToFloat()
				if cb := c.Argument(1); bind.Truthy(cb) {
					bind.Invoke(vm, s.Object(), "on", bind.String("timeout"), cb)
				}
				return s.Object()
			})},
		},
		Accessors: []bind.Accessor{
			number("timeout", func(s *Server) *float64 { return &s.timeout }),
			number("keepAliveTimeout", func(s *Server) *float64 { return &s.keepAliveTimeout }),
			number("headersTimeout", func(s *Server) *float64 { return &s.headersTimeout }),
			number("requestTimeout", func(s *Server) *float64 { return &s.requestTimeout }),
			number("connectionsCheckingInterval", func(s *Server) *float64 { return &s.checkInterval }),
			number("maxHeadersCount", func(s *Server) *float64 { return &s.maxHeadersCount }),
			number("maxRequestsPerSocket", func(s *Server) *float64 { return &s.maxRequestsPerSocket }),
			flag("httpAllowHalfOpen", func(s *Server) *bool { return &s.httpAllowHalfOpen }),
			flag("joinDuplicateHeaders", func(s *Server) *bool { return &s.joinDuplicateHeaders }),
			flag("requireHostHeader", func(s *Server) *bool { return &s.requireHostHeader }),
			flag("insecureHTTPParser", func(s *Server) *bool { return &s.lenient }),
			flag("rejectNonStandardBodyWrites", func(s *Server) *bool { return &s.rejectNonStandardBodyWrites }),
			{Name: "maxHeaderSize",
				Get: m(func(s *Server, _ goja.FunctionCall) goja.Value { return bind.Int(s.maxHeaderSize) }),
				Set: m(func(s *Server, c goja.FunctionCall) goja.Value {
					if n := c.Argument(0).ToInteger(); n > 0 {
						s.maxHeaderSize = int(min(n, math.MaxInt32))
					} else {
						s.maxHeaderSize = r.maxHeaderSize
					}
					return goja.Undefined()
				})},
		}})
}

// newServer is new http.Server([options][, requestListener]).
func (r *Room) newServer(this *goja.Object, args []goja.Value) {
	s := &Server{http: r, timeout: defaultTimeout, keepAliveTimeout: defaultKeepAliveTimeout,
		headersTimeout: defaultHeadersTimeout, requestTimeout: defaultRequestTimeout,
		checkInterval: defaultCheckInterval, maxHeadersCount: defaultMaxHeadersCount,
		requireHostHeader: true, maxHeaderSize: r.maxHeaderSize, highWaterMark: r.highWaterMark, lastLeft: make(map[*conn]int64)}
	r.net.InitServer(this, bind.Own(this), &s.Server, s)
	opts, listener := bind.Arg(args, 0), bind.Arg(args, 1)
	r.ev.InitCapture(&s.Emitter, nil) // as in Node, the option is not passed on
	switch nodeerr.TypeOf(opts) {
	case "function":
		opts, listener = goja.Undefined(), opts
	case "undefined":
	case "object":
		if o, ok := opts.(*goja.Object); ok {
			if o.ClassName() == "Array" {
				panic(r.h.Err.InvalidArgType("options", []string{"object"}, opts))
			}
			s.options(o)
		}
	default:
		panic(r.h.Err.InvalidArgType("options", []string{"object"}, opts))
	}
	s.SetAllowHalfOpen(true)
	noDelay := bind.Property(opts, "noDelay")
	s.SetNoDelay(bind.IsUndefined(noDelay) || bind.Truthy(noDelay))
	if bind.Truthy(listener) {
		bind.Invoke(r.h.VM, this, "on", bind.String("request"), listener)
	}
	s.OnSock = s.accept
	r.ev.On(this, "connection", s.foreign)
	s.checker.Init(r.h.Loop, (*checkTask)(s))
	s.checker.Unref()
	r.ev.On(this, "listening", func([]goja.Value) {
		r.listening[s] = struct{}{}
		s.startChecks()
	})
	r.ev.On(this, "close", func([]goja.Value) { delete(r.listening, s) })
}

// startChecks begins to look for requests that take too long.
func (s *Server) startChecks() {
	if s.checked = true; s.checkInterval > 0 {
		s.checker.Repeat(time.Duration(s.checkInterval) * time.Millisecond)
	}
}

// options reads and validates the options of createServer.
//
// Node v20 lib/_http_server.js: storeHTTPOptions.
func (s *Server) options(o *goja.Object) {
	err := s.http.h.Err
	s.SetOptions(o)
	class := func(name string) *goja.Object {
		v := o.Get(name)
		if bind.IsNullish(v) {
			return nil
		}
		return err.ValidateFunction(v, "options."+name)
	}
	s.incomingCtor, s.responseCtor = class("IncomingMessage"), class("ServerResponse")
	integer := func(name string, field *float64, hi float64) {
		if v := o.Get(name); !bind.IsUndefined(v) {
			*field = float64(err.ValidateInteger(v, name, 0, hi))
		}
	}
	integer("requestTimeout", &s.requestTimeout, nodeerr.MaxSafeInteger)
	integer("headersTimeout", &s.headersTimeout, nodeerr.MaxSafeInteger)
	if !bind.IsUndefined(o.Get("requestTimeout")) && bind.IsUndefined(o.Get("headersTimeout")) && s.requestTimeout > 0 {
		s.headersTimeout = math.Min(defaultHeadersTimeout, s.requestTimeout)
	}
	if s.requestTimeout > 0 && s.headersTimeout > 0 && s.headersTimeout > s.requestTimeout {
		panic(err.OutOfRange("headersTimeout", "<= requestTimeout", o.Get("headersTimeout")))
	}
	integer("keepAliveTimeout", &s.keepAliveTimeout, nodeerr.MaxSafeInteger)
	integer("connectionsCheckingInterval", &s.checkInterval, nodeerr.MaxSafeInteger)
	var size float64
	integer("maxHeaderSize", &size, nodeerr.MaxSafeInteger)
	if size > 0 {
		s.maxHeaderSize = int(math.Min(size, math.MaxInt32))
	}
	flag := func(name string, field *bool) {
		if v := o.Get(name); !bind.IsUndefined(v) {
			*field = err.ValidateBoolean(v, "options."+name)
		}
	}
	flag("requireHostHeader", &s.requireHostHeader)
	flag("joinDuplicateHeaders", &s.joinDuplicateHeaders)
	flag("rejectNonStandardBodyWrites", &s.rejectNonStandardBodyWrites)
	flag("insecureHTTPParser", &s.lenient)
	if v := o.Get("shouldUpgradeCallback"); !bind.IsUndefined(v) {
		s.shouldUpgrade, _ = bind.ToCallable(err.ValidateFunction(v, "options.shouldUpgradeCallback"))
	}
	if v := o.Get("highWaterMark"); !bind.IsNullish(v) {
		if n := err.ValidateNumber(v, "options.highWaterMark", math.NaN(), math.NaN()); n >= 1 {
			s.highWaterMark = int(min(n, math.MaxInt32))
		}
	}
	s.uniqueHeaders = s.http.uniqueHeaders(o.Get("uniqueHeaders"))
}

// uniqueHeaders reads the option of this name: names whose array values are joined into one line.
func (r *Room) uniqueHeaders(v goja.Value) map[string]bool {
	list, ok := v.(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		return nil
	}
	names := make(map[string]bool)
	r.h.VM.ForOf(list, func(v goja.Value) bool { names[lowerASCII(v.String())] = true; return true })
	return names
}

// headersLimit is the parser's MaxFields.
func (s *Server) headersLimit() int {
	if s.maxHeadersCount > 0 {
		return int(s.maxHeadersCount)
	}
	return 0
}

// accept starts HTTP on an accepted connection; it runs inside the door.
func (s *Server) accept(sk *sock.Sock) {
	sk.SetHighWaterMark(s.highWaterMark)
	c := s.newConn(sk)
	c.counted = true
	c.setTimeout(s.timeout)
	if s.Emitter.Count("connection") > 1 {
		s.emitting = true
		s.http.ev.Emit(s.Object(), "connection", c.socket())
		s.emitting = false
	}
	if s.http.h.Diagnostics.NetServerSocket != nil {
		s.http.h.Diagnostics.NetServerSocket.Tell(s.http.h, "socket", c.socket())
	}
	if !c.gone {
		sk.SetConsumer(c)
	} else if sk.Consumer() == nil {
		sk.SetConsumer(c) // destroyed by the listener: OnClose must find its way
	}
}

// foreign hears 'connection': one that the program emits brings a socket that somebody else accepted.
func (s *Server) foreign(args []goja.Value) {
	if s.emitting {
		return
	}
	r := s.http
	if so, ok := net.SocketOf(bind.Arg(args, 0)); ok && so.Sock() != nil {
		s.takeSocket(so)
		return
	}
	obj, ok := isDuplex(bind.Arg(args, 0))
	if !ok {
		panic(r.h.Err.InvalidArgType("socket", []string{"stream.Duplex"}, bind.Arg(args, 0)))
	}
	f := r.foreignOf(obj)
	c := s.newConn(f)
	c.so = f
	obj.Set("server", s.Object())
	c.setTimeout(s.timeout)
	c.on("timeout", func([]goja.Value) {
		if !c.tellTimeout() {
			c.destroy(nil)
		}
	})
	f.SetConsumer(c)
	c.listenErrors()
}

// takeSocket speaks HTTP on a socket that is the program's so far. What it has read and not
// consumed comes first.
func (s *Server) takeSocket(so *net.Socket) {
	if old, ok := so.Owner().(*conn); ok {
		old.letGo()
	}
	sk := so.Sock()
	c := s.newConn(sk)
	c.so = netFace{so}
	so.SetOwner(c)
	sk.SetHighWaterMark(s.highWaterMark)
	var early []byte
	for so.Readable().Length() > 0 {
		piece, ok := so.Readable().Read()
		if !ok {
			break
		}
		early = append(early, piece.Bytes...)
	}
	so.Object().DefineDataProperty("server", s.Object(), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	c.setTimeout(s.timeout)
	sk.Unread(early)
	sk.SetConsumer(c)
	sk.SetActive(true)
	sk.Resume()
	c.listenErrors()
}

func (s *Server) link(c *conn) {
	c.next = s.conns
	if s.conns != nil {
		s.conns.prev = c
	}
	s.conns = c
}

func (c *conn) unlink() {
	if c.prev == nil && c.next == nil && c.srv.conns != c {
		return
	}
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		c.srv.conns = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	}
	c.prev, c.next = nil, nil
	delete(c.srv.lastLeft, c)
}

// eachConn calls fn for every open connection; fn may close it.
func (s *Server) eachConn(fn func(c *conn)) {
	for c := s.conns; c != nil; {
		next := c.next
		fn(c)
		c = next
	}
}

// closeIdle ends the connections that wait for a request.
func (s *Server) closeIdle() {
	s.eachConn(func(c *conn) {
		if c.unused() && c.served > 0 {
			c.destroy(nil)
		}
	})
}

// close is server.close([callback]): no new connections, idle ones end, the others finish.
func (s *Server) close(c goja.FunctionCall) goja.Value {
	s.closeIdle()
	s.checker.Stop()
	fn, _ := bind.ToCallable(s.http.netClose)
	fn.Call(s.Object(), c.Arguments...)
	return s.Object()
}

var _ sock.Consumer = (*conn)(nil)
var _ net.Owner = (*conn)(nil)
