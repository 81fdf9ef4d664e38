package parser

import "bytes"

// Method is a request method, an index into http.METHODS of Node 20 as Methods returns it.
type Method uint8

// methods is http.METHODS of Node 20.20, in its order (that of the alphabet).
var methods = [...]string{
	"ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LINK", "LOCK",
	"M-SEARCH", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "OPTIONS",
	"PATCH", "POST", "PROPFIND", "PROPPATCH", "PURGE", "PUT", "QUERY", "REBIND", "REPORT",
	"SEARCH", "SOURCE", "SUBSCRIBE", "TRACE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE",
}

// The methods that mean something to the parser or often to its callers.
const (
	MethodConnect Method = 3
	MethodDelete  Method = 5
	MethodGet     Method = 6
	MethodHead    Method = 7
	MethodOptions Method = 17
	MethodPatch   Method = 18
	MethodPost    Method = 19
	MethodPut     Method = 23
)

// rtspMethods are llhttp's other methods. None is accepted; they are known so that a wrong
// method is refused at the same byte and with the same code as by llhttp.
var rtspMethods = [...]string{
	"ANNOUNCE", "DESCRIBE", "FLUSH", "GET_PARAMETER", "PAUSE", "PLAY", "RECORD", "REDIRECT",
	"SETUP", "SET_PARAMETER", "TEARDOWN",
}

// Methods returns the methods that are accepted, in the order of Method. The slice is new.
func Methods() []string { return append([]string(nil), methods[:]...) }

// String returns the method as on the wire.
func (m Method) String() string { return methods[m] }

// maxMethod is the length of the longest entry of methods and rtspMethods.
const maxMethod = len("GET_PARAMETER")

// methodAt returns how many bytes of b from 0 on are the beginning of a method, and whether
// they are a whole one.
func methodAt(b []byte) (n int, whole bool) {
	for _, list := range [...][]string{methods[:], rtspMethods[:]} {
		for _, m := range list {
			k := 0
			for k < len(m) && k < len(b) && m[k] == b[k] {
				k++
			}
			if k > n {
				n, whole = k, false
			}
			whole = whole || k == n && k == len(m)
		}
	}
	return n, whole
}

func findMethod(b []byte) (Method, bool) {
	switch string(b) { // the common ones first
	case "GET":
		return MethodGet, true
	case "POST":
		return MethodPost, true
	}
	for i, m := range methods {
		if m == string(b) {
			return Method(i), true
		}
	}
	return 0, false
}

// requestLine serves stateMethod to stateVersionLF.
//
//	request-line = method SP request-target SP HTTP-version CRLF      RFC 9112 §3
//
// RFC 9112 §3 lets a recipient take other white space for SP; like llhttp's strict mode we do
// not, and unlike it not several SP either: a line has one reading.
func (p *Parser) requestLine(b []byte) status {
	i := int(p.pos)
	for {
		switch p.state {
		case stateMethod:
			// A method is short: looking at it again when it comes in pieces costs nothing.
			i = 0
			for i < len(b) && i <= maxMethod && b[i] != ' ' {
				i++
			}
			if i < len(b) && b[i] == ' ' {
				if m, ok := findMethod(b[:i]); ok {
					p.head.Method = m
					i++
					p.state = stateTarget
					continue
				}
			}
			n, whole := methodAt(b[:i])
			switch {
			case n == i && i == len(b):
				return p.wait(0)
			case n == i && whole:
				return p.bad(errMethodNotHTTP, i, i)
			case whole:
				return p.bad(errMethodSpace, n, n)
			}
			return p.bad(errMethod, n, n)

		case stateTarget:
			if i == len(b) {
				return p.wait(i)
			}
			p.mark = uint32(i)
			switch c := b[i]; {
			case p.head.Method == MethodConnect:
				// authority-form, RFC 9112 §3.2.3. Like llhttp also without port, or a path.
				p.state = stateTargetServer
			case c == '/' || c == '*':
				p.state = stateTargetRest
			case isAlpha(c):
				p.state = stateTargetScheme
			default:
				return p.bad(errURLStart, i, i)
			}

		case stateTargetScheme, stateTargetSlash1, stateTargetSlash2, stateTargetHost, stateTargetServer, stateTargetServerAt:
			var st status
			if i, st = p.absoluteTarget(b, i); st != next {
				return st
			}

		case stateTargetRest:
			i = scanVisible(b, i)
			if p.overflows(i) {
				return p.overflow(i)
			}
			if i == len(b) {
				return p.wait(i)
			}
			if b[i] != ' ' {
				return p.badTarget(b, i)
			}
			i = p.endTarget(i)

		case stateVersion:
			// The whole of it at once, where it is there.
			if s := b[i:]; len(s) >= 10 && string(s[:7]) == "HTTP/1." && s[7]|1 == '1' && s[8] == '\r' && s[9] == '\n' && i == int(p.mark) {
				p.head.VersionMajor, p.head.VersionMinor = 1, s[7]-'0'
				p.pos = uint32(i + 10)
				p.state = stateField
				return next
			}
			var st status
			if i, st = p.version(b, i); st != next {
				return st
			}
			p.state = stateVersionCR

		case stateVersionCR:
			switch {
			case i == len(b):
				return p.wait(i)
			case b[i] == '\n':
				return p.bad(errVersionCRLF, i, i+1)
			case b[i] != '\r':
				return p.bad(errVersionCRLF, i, i)
			}
			i++
			p.state = stateVersionLF

		case stateVersionLF:
			switch {
			case i == len(b):
				return p.wait(i)
			case b[i] != '\n':
				return p.bad(errVersionLF, i, i)
			}
			p.pos = uint32(i + 1)
			p.state = stateField
			return next
		}
	}
}

// absoluteTarget reads absolute-form and authority-form up to the path or SP, as llhttp does.
// RFC 9112 §3.2.2, §3.2.3
func (p *Parser) absoluteTarget(b []byte, i int) (int, status) {
	for ; ; i++ {
		if p.overflows(i) {
			return i, p.overflow(i)
		}
		if i == len(b) {
			return i, p.wait(i)
		}
		c := b[i]
		switch p.state {
		case stateTargetScheme:
			switch {
			case isAlpha(c):
			case c == ':':
				p.state = stateTargetSlash1
			case isURLEnd(c):
				return i, p.badTarget(b, i)
			default:
				return i, p.bad(errURLScheme, i, i)
			}

		case stateTargetSlash1, stateTargetSlash2:
			if c != '/' {
				return i, p.bad(errURLScheme, i, i)
			}
			p.state++

		case stateTargetHost:
			// A URI of http without a host must be refused. RFC 9110 §4.2.1
			if !serverTable[c] {
				return i, p.bad(errURLServer, i, i)
			}
			p.state = stateTargetServer

		case stateTargetServer, stateTargetServerAt:
			switch {
			case serverTable[c]:
				p.state = stateTargetServer
			case c == '@':
				if p.state == stateTargetServerAt {
					return i, p.bad(errURLDoubleAt, i, i+1)
				}
				p.state = stateTargetServerAt
			case c == '/' || c == '?':
				p.state = stateTargetRest
				return i, next
			case c == ' ' && i > int(p.mark):
				return p.endTarget(i), next
			case c == ' ':
				return i, p.bad(errURLStart, i, i)
			case isURLEnd(c):
				return i, p.badTarget(b, i)
			default:
				return i, p.bad(errURLServer, i, i)
			}
		}
	}
}

// isURLEnd reports the bytes for which llhttp has a reason of their own.
func isURLEnd(c byte) bool { return c == ' ' || c == '\t' || c == '\f' || c == '\r' || c == '\n' }

// endTarget ends the target before the SP at i.
func (p *Parser) endTarget(i int) int {
	p.head.TargetStart, p.head.TargetEnd = p.mark, uint32(i)
	p.counted += uint32(i) - p.mark
	p.mark = uint32(i + 1)
	p.state = stateVersion
	return i + 1
}

// badTarget refuses the byte at i of a target, for llhttp's reasons.
func (p *Parser) badTarget(b []byte, i int) status {
	switch b[i] {
	case '\r', '\n':
		// HTTP/0.9 has no version. llhttp takes it, for gonode it is too old.
		return p.bad(errVersion, i, i)
	case '\t', '\f', ' ':
		return p.bad(errURLChars, i, i+1)
	}
	part := b[p.mark:i]
	switch hash := bytes.IndexByte(part, '#'); {
	case hash >= 0 && hash == len(part)-1:
		return p.bad(errURLFragment1, i, i)
	case hash >= 0:
		return p.bad(errURLFragment, i, i)
	case bytes.IndexByte(part, '?') >= 0:
		return p.bad(errURLQuery, i, i)
	}
	return p.bad(errURLPath, i, i)
}

// version reads HTTP-version, which begins at p.mark. RFC 9112 §2.3
//
// HTTP/0.9 and 2.0, which llhttp takes as well, have no messages of this form; nor have other
// versions 1.x ever been defined.
func (p *Parser) version(b []byte, i int) (int, status) {
	const name = "HTTP/"
	for ; ; i++ {
		if i == len(b) {
			return i, p.wait(i)
		}
		c := b[i]
		switch k := i - int(p.mark); k {
		case 0, 1, 2, 3, 4:
			if c != name[k] {
				return i, p.bad(errConstant, i, i)
			}
		case 5:
			if !isDigit(c) {
				return i, p.bad(errVersionMajor, i, i)
			}
			p.head.VersionMajor = c - '0'
		case 6:
			if c != '.' {
				return i, p.bad(errVersionDot, i, i)
			}
		case 7:
			if !isDigit(c) {
				return i, p.bad(errVersionMinor, i, i)
			}
			p.head.VersionMinor = c - '0'
			if p.head.VersionMajor != 1 || p.head.VersionMinor > 1 {
				return i, p.bad(errVersion, i, i+1)
			}
			return i + 1, next
		}
	}
}

// statusLine serves stateStatusVersion to stateReasonLF.
//
//	status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF      RFC 9112 §4
//
// The second SP may be missing with the reason, as for llhttp: such servers are many.
func (p *Parser) statusLine(b []byte) status {
	i := int(p.pos)
	for {
		switch p.state {
		case stateStatusVersion:
			var st status
			if i, st = p.version(b, i); st != next {
				return st
			}
			p.state = stateStatusSP

		case stateStatusSP:
			if i == len(b) {
				return p.wait(i)
			}
			if b[i] != ' ' {
				return p.bad(errVersionSpace, i, i)
			}
			i++
			p.mark = uint32(i)
			p.state = stateStatusCode

		case stateStatusCode:
			if i == len(b) {
				return p.wait(i)
			}
			if !isDigit(b[i]) {
				return p.bad(errStatusCode, i, i)
			}
			p.head.StatusCode = p.head.StatusCode*10 + int(b[i]-'0')
			i++
			if i == int(p.mark)+3 {
				p.state = stateStatusEnd
			}

		case stateStatusEnd:
			if i == len(b) {
				return p.wait(i)
			}
			switch b[i] {
			case ' ':
				p.mark = uint32(i + 1)
				p.state = stateReason
			case '\r':
				p.mark = uint32(i)
				p.head.ReasonStart, p.head.ReasonEnd = p.mark, p.mark
				p.state = stateReasonLF
			case '\n':
				return p.bad(errStatus, i, i+1)
			default:
				return p.bad(errStatus, i, i)
			}
			i++

		case stateReason:
			var high bool
			i, high = scanValue(b, i)
			p.head.HasHighBytes = p.head.HasHighBytes || high
			if p.overflows(i) {
				return p.overflow(i)
			}
			if i == len(b) {
				return p.wait(i)
			}
			switch b[i] {
			case '\r':
			case '\n':
				return p.bad(errStatusCR, i, i+1)
			default:
				// llhttp takes any byte here; a control byte in a reason can only do harm.
				return p.bad(errStatus, i, i)
			}
			p.head.ReasonStart, p.head.ReasonEnd = p.mark, uint32(i)
			p.counted += uint32(i) - p.mark
			i++
			p.state = stateReasonLF

		case stateReasonLF:
			if i == len(b) {
				return p.wait(i)
			}
			if b[i] != '\n' {
				return p.bad(errLFAfterCR, i, i)
			}
			p.pos = uint32(i + 1)
			p.state = stateField
			return next
		}
	}
}
