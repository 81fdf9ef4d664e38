package parser

// state is where the parser stands between two bytes. Every state is named here, in the order
// met on the wire; the comment says what it waits for.
type state uint8

const (
	stateStart   state = iota // a message, or an empty line before it
	stateStartLF              // LF of an empty line

	// Request line. RFC 9112 §3
	stateMethod         // the method and SP
	stateTarget         // the first byte of the target
	stateTargetScheme   // the rest of a scheme, then ':'
	stateTargetSlash1   // the first '/' after the scheme
	stateTargetSlash2   // the second
	stateTargetHost     // the first byte of an authority, which must not be empty
	stateTargetServer   // more of an authority
	stateTargetServerAt // the byte after '@'
	stateTargetRest     // path, query and fragment up to SP
	stateVersion        // "HTTP/1.0" or "HTTP/1.1"
	stateVersionCR      // CR after it
	stateVersionLF      // LF

	// Status line. RFC 9112 §4
	stateStatusVersion // "HTTP/1.0" or "HTTP/1.1"
	stateStatusSP      // SP after it
	stateStatusCode    // three digits
	stateStatusEnd     // SP, or CR where there is no reason
	stateReason        // the reason up to CR
	stateReasonLF      // LF

	// Field lines, of a head or a trailer section. RFC 9112 §5, §7.1.2
	stateField   // a name, or CR of the empty line
	stateName    // more of a name, then ':'
	stateOWS     // white space before a value
	stateValue   // the value up to CR
	stateValueLF // LF
	stateEndLF   // LF of the empty line

	// After a head: nothing has been decided yet, AcceptUpgrade may still come.
	stateHeadDone

	// Bodies. RFC 9112 §6
	stateSized      // Content-Length bytes
	stateUntilClose // bytes up to the end of the connection

	// Chunks. RFC 9112 §7.1
	stateChunkSize1     // the first digit of a size
	stateChunkSize      // more digits, ';' or CR
	stateChunkExt       // the first byte of an extension's name
	stateChunkExtName   // more of it, '=', ';' or CR
	stateChunkExtValue1 // the first byte of an extension's value
	stateChunkExtValue  // more of it, ';' or CR
	stateChunkExtQuoted // inside a quoted value
	stateChunkExtPair   // the byte after a backslash
	stateChunkExtQuote  // ';' or CR after a quoted value
	stateChunkSizeLF    // LF
	stateChunkData      // the data
	stateChunkDataCR    // CR after it
	stateChunkDataLF    // LF

	// Ends.
	stateMessageEnd // to report the end of the message
	stateClosed     // nothing but empty lines: the message was the connection's last
	stateUpgraded   // nothing: the bytes are not HTTP
)

// inHead reports whether s is within a start line or a field line, the states that keep what
// they have read.
func (s state) inHead() bool { return s >= stateMethod && s <= stateEndLF }

// status is what a step function reports.
type status uint8

const (
	more   status = iota // the input has ended
	next                 // the state has changed to one that another function serves
	failed               // bad has been called
)

// parseHead reads b, a head or trailer section from its first byte on, from p.pos. It reports
// next when the section is complete and ends at p.pos.
//
// b may be another slice than at the last call, as long as it begins with the same bytes.
func (p *Parser) parseHead(b []byte) status {
	for {
		var st status
		switch {
		case p.state <= stateVersionLF:
			st = p.requestLine(b)
		case p.state <= stateReasonLF:
			st = p.statusLine(b)
		case p.state <= stateEndLF:
			st = p.fieldLines(b)
		default:
			return next
		}
		if st != next {
			return st
		}
	}
}

// nextState chooses how the message goes on after its head.
func (p *Parser) nextState() state {
	switch {
	case p.upgrade:
		return stateUpgraded
	case p.head.NoBody:
		return stateMessageEnd
	case p.head.Chunked:
		return stateChunkSize1
	case p.head.ContentLength >= 0:
		return stateSized
	}
	return stateUntilClose
}

// afterMessage is where the parser waits once a message has ended.
func (p *Parser) afterMessage() state {
	// An interim response is never the last one. RFC 9110 §15.2
	if !p.head.KeepAlive && (p.kind == Request || p.head.StatusCode >= 200) {
		return stateClosed
	}
	return stateStart
}
