// Package parser reads HTTP/1.0 and HTTP/1.1 messages, requests or responses, from bytes that
// arrive in pieces of any size.
//
// A [Parser] serves one direction of one connection. It does no I/O and never calls back: the
// caller gives [Parser.Next] the bytes it has and is told the next event with the number of
// bytes that are done with.
//
//	for {
//		ev, n, err := p.Next(data)
//		if err != nil {
//			// answer 400 or 431 and close; the error is there to stay
//		}
//		data = data[n:]
//		switch ev {
//		case parser.NeedMore:   // read more into data
//		case parser.HeadEvent:  // p.Head(); perhaps p.AcceptUpgrade()
//		case parser.BodyEvent:  // p.Body(), a part of data
//		case parser.MessageEnd: // p.Trailers()
//		case parser.Upgrade:    // data is not HTTP any more
//		}
//	}
//
// A message is HeadEvent, any number of BodyEvent, and MessageEnd or Upgrade. However the bytes
// are cut, the events are the same (bodies may be cut differently), and so are code and offset
// of an error. At the end of the connection [Parser.Finish] says whether it came in time.
//
// # Bytes
//
// Everything handed out is lent until the next call of Next. A head that is all there in data
// is not copied; one that comes in pieces is gathered in the parser's own memory, which
// [Limits] bound. Bodies are never copied. No call allocates, but for the first message (the
// list of fields) and for heads in pieces.
//
// A Parser is for one goroutine at a time and may be put into a pool.
//
// # What is read
//
//	request line, status line    RFC 9112 §3, §4       startline.go
//	field lines                  RFC 9112 §5           fields.go
//	length of the body           RFC 9112 §6           framing.go
//	chunks, trailer section      RFC 9112 §7.1         chunked.go
//	keep-alive and close         RFC 9112 §9.3, §9.6   framing.go
//	Upgrade, CONNECT             RFC 9110 §7.8, §9.3.6 framing.go
//
// The states are listed in state.go.
//
// # What is refused
//
// The rule is the RFC where it says MUST, and Node 20's strict mode elsewhere; what two readers
// could take for two different messages is refused even where the RFC has a rule for it.
//
//   - A line end other than CRLF. RFC 9112 §2.2 allows to take LF; the attacks that this
//     opens are many.
//   - White space before the first field line, before a colon, and folded lines. §2.2, §5.1, §5.2
//   - NUL, CR, LF, DEL and other control bytes in a value, but for HTAB. RFC 9110 §5.5
//   - Two Content-Length lines, even equal ones; lists, signs, white space; 2^63 and more.
//   - Content-Length together with Transfer-Encoding, in either order. §6.3 item 3
//   - Transfer-Encoding that is empty, has empty elements, quoted strings, chunked twice or
//     with a parameter, or something after chunked; and in a request anything but chunked as
//     the last coding. In HTTP/1.0 a request may have nothing but chunked, and KeepAlive
//     is false. §6.1
//   - Chunk sizes that are not 1 to 16 hex digits below 2^63; white space around them and in
//     extensions; extensions that are not as in §7.1.1.
//   - Content-Length and Transfer-Encoding in a trailer section. RFC 9110 §6.5.1
//   - Methods that Node does not have; targets with bytes outside of 0x21 to 0x7e.
//   - Control bytes in a reason phrase; status codes that are not three digits.
//   - Bytes after a message that has ended the connection. §9.6
//
// The caller is left with what needs its judgement: the number of Host lines (Head.HostCount),
// codings it does not know (Head.OtherCoding), expectations, and what a target means.
//
// # What llhttp accepts and this package does not
//
// HTTP/0.9 and 2.0 start lines; RTSP and ICE; the preface of HTTP/2, which Node refuses by
// another code; several SP in a request line; CR or LF alone between messages; an empty host in
// an http URI; `Transfer-Encoding:` without a value, or with an empty first element; `chunked`
// twice in a response; Content-Length of 2^63 and above; extensions of chunks without a name or
// with an empty value; chunk sizes with more than 16 digits; control bytes in a reason phrase;
// an Upgrade in HTTP/1.0 (taken as absent, RFC 9110 §7.8); CONNECT with a Transfer-Encoding that
// does not end in chunked. Connection in a trailer section, or in an interim response, does not
// close; `keep-alive, close` in HTTP/1.0 does.
//
// # What this package accepts and llhttp does not
//
// HTAB after the number of a Content-Length or after `chunked`, which is OWS. Any number of
// messages after a request whose Upgrade nobody has taken.
//
// # Deliberately absent
//
// A lenient mode. Folding, joining or validating fields beyond their bytes: package http does
// that. Decoding of content codings. Writing.
package parser
