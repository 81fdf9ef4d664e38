package parser

// framing is what the Transfer-Encoding lines of a message have said so far.
type framing struct {
	chunked bool // `chunked` has been met
	last    bool // it was the last coding
}

// isFraming reports the names that decide how a message ends, whose it is and what becomes of
// the connection.
func isFraming(n Name) bool {
	switch n {
	case NameContentLength, NameTransferEncoding, NameHost, NameConnection, NameUpgrade, NameExpect:
		return true
	}
	return false
}

// repeated refuses a second word on the length of the body, when the first byte of its value
// is there.
func (p *Parser) repeated() errID {
	switch h := &p.head; p.field.Known {
	case NameContentLength:
		switch {
		case h.ContentLength >= 0:
			// Also where both say the same: RFC 9112 §6.3 item 5 allows to refuse, and
			// someone in front of us may have read the other one.
			return errLengthTwice
		case h.HasTransferEncoding:
			// RFC 9112 §6.3 item 3: "ought to be handled as an error".
			return errLengthWithTE
		}
	case NameTransferEncoding:
		if h.ContentLength >= 0 {
			return errTEWithLength
		}
	}
	return errNone
}

// framingField takes in the value of p.field, which is complete. In a trailer section only
// what is forbidden there matters. RFC 9110 §6.5.1
func (p *Parser) framingField(b []byte) status {
	h := &p.head
	known := p.field.Known
	if known == NameOther {
		return next
	}
	v := b[p.field.ValueStart:p.field.ValueEnd]
	switch known {
	case NameContentLength:
		// In a trailer section repeated has refused it.
		n, id, at := parseLength(v)
		if id != errNone {
			at += int(p.field.ValueStart)
			if id == errLengthEmpty {
				return p.bad(id, at, at+2) // llhttp finds out after CRLF
			}
			return p.bad(id, at, at)
		}
		h.ContentLength = n
		return next
	case NameTransferEncoding:
		h.HasTransferEncoding = true
		return p.transferEncoding(v)
	}
	if p.trailer {
		return next
	}
	switch known {
	case NameHost:
		h.HostCount++
	case NameConnection:
		p.connection(v, true)
	case NameProxyConnection:
		// Never in any RFC; llhttp obeys it.
		p.connection(v, false)
	case NameUpgrade:
		p.upgradeField = p.upgradeField || len(v) > 0
	case NameExpect:
		h.HasExpect = true
		h.Expect100 = equalFold(v, "100-continue") // RFC 9110 §10.1.1
	}
	return next
}

// parseLength reads 1*DIGIT below 2^63; at is the index of what is wrong.
//
// RFC 9112 §6.2, RFC 9110 §8.6: no sign, no list, no white space within.
func parseLength(v []byte) (n int64, id errID, at int) {
	if len(v) == 0 {
		return -1, errLengthEmpty, 0
	}
	for i, c := range v {
		if !isDigit(c) {
			return -1, errLengthChar, i
		}
		d := int64(c - '0')
		if n > (maxInt64-d)/10 {
			return -1, errLengthOverflow, i
		}
		n = n*10 + d
	}
	return n, errNone, 0
}

const maxInt64 = 1<<63 - 1

// transferEncoding reads one Transfer-Encoding line.
//
//	Transfer-Encoding = #transfer-coding      RFC 9112 §6.1
//	transfer-coding = token *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )
//
// Refused although the grammar has them: empty elements (", chunked"), quoted strings, which
// could hide a comma, and parameters of chunked (which has none): a recipient in front of us
// may well have read them otherwise.
func (p *Parser) transferEncoding(v []byte) status {
	at := 0
	for {
		end := at
		for end < len(v) && v[end] != ',' {
			end++
		}
		if !p.coding(v[at:end]) {
			off := int(p.field.ValueStart) + at
			return p.bad(errTEValue, off, off)
		}
		if end == len(v) {
			return next
		}
		at = end + 1
	}
}

func (p *Parser) coding(v []byte) bool {
	v = trimOWS(v)
	n := 0
	for n < len(v) && tokenTable[v[n]] {
		n++
	}
	if n == 0 {
		return false
	}
	for _, c := range v[n:] {
		if !tokenTable[c] && c != ';' && c != '=' && c != ' ' && c != '\t' {
			return false
		}
	}
	if rest := trimOWS(v[n:]); len(rest) > 0 && rest[0] != ';' {
		return false
	}
	p.framing.last = equalFold(v, "chunked")
	if p.framing.last {
		// Not twice: RFC 9112 §7.1. Nor may `chunked` be followed by anything in a request:
		// endHead refuses what ends in another coding.
		if p.framing.chunked {
			return false
		}
		p.framing.chunked = true
		return true
	}
	p.head.OtherCoding = true
	// After `chunked` nothing can follow in a request. In a response the body then goes on
	// to the end of the connection. RFC 9112 §6.3 item 4
	return p.kind == Response || !p.framing.chunked
}

// connection reads one Connection line. RFC 9110 §7.6.1
func (p *Parser) connection(v []byte, upgrade bool) {
	h := &p.head
	for len(v) > 0 {
		end := 0
		for end < len(v) && v[end] != ',' {
			end++
		}
		switch t := trimOWS(v[:end]); {
		case equalFold(t, "close"):
			h.ConnectionClose = true
		case equalFold(t, "keep-alive"):
			h.ConnectionKeepAlive = true
		case upgrade && equalFold(t, "upgrade"):
			h.ConnectionUpgrade = true
		}
		if end == len(v) {
			return
		}
		v = v[end+1:]
	}
}

func trimOWS(v []byte) []byte {
	for len(v) > 0 && (v[0] == ' ' || v[0] == '\t') {
		v = v[1:]
	}
	for len(v) > 0 && (v[len(v)-1] == ' ' || v[len(v)-1] == '\t') {
		v = v[:len(v)-1]
	}
	return v
}

// endHead decides how the message ends, once its head is complete at index i. RFC 9112 §6.3
func (p *Parser) endHead(i int) status {
	h := &p.head
	http11 := h.VersionMinor == 1
	h.Chunked = p.framing.last
	h.KeepAlive = !h.ConnectionClose && (http11 || h.ConnectionKeepAlive) // RFC 9112 §9.3
	if h.HasTransferEncoding && !http11 {
		// "a server or client ... MUST treat the message as if the framing is faulty ... and
		// close the connection after processing the message". RFC 9112 §6.1
		h.KeepAlive = false
	}

	if p.kind == Request {
		if h.HasTransferEncoding && (!h.Chunked || !http11 && h.OtherCoding) {
			return p.bad(errTERequest, i, i) // item 4: 400
		}
		if !h.Chunked && h.ContentLength < 0 {
			h.NoBody = true // item 7
		}
		if h.ContentLength == 0 {
			h.NoBody = true
		}
		// HTTP/1.0 has no Upgrade. RFC 9110 §7.8
		h.Upgrade = h.Method == MethodConnect || http11 && h.ConnectionUpgrade && p.upgradeField
		return next
	}

	switch s := h.StatusCode; {
	case s == 101, p.answersConnect && s >= 200 && s < 300: // item 2
		h.Upgrade, h.NoBody = true, true
		p.upgrade = true
	case s >= 100 && s < 200, s == 204, s == 304, p.answersHead: // item 1
		h.NoBody = true
	case h.Chunked:
	case h.ContentLength >= 0:
		h.NoBody = h.ContentLength == 0
	default: // items 4 and 8
		h.KeepAlive = false
	}
	if h.StatusCode >= 200 {
		p.answersHead, p.answersConnect = false, false
	}
	return next
}
