package parser

// maxChunkDigits is the longest chunk size: a size below 2^63 needs no more. llhttp takes any
// number of leading zeros; they would be bytes nobody counts.
const maxChunkDigits = 16

// chunkHead reads the line before the data of a chunk from data[i] on and returns the index
// after what it has read.
//
//	chunk      = chunk-size [ chunk-ext ] CRLF chunk-data CRLF      RFC 9112 §7.1
//	chunk-ext  = *( ";" chunk-ext-name [ "=" chunk-ext-val ] )      RFC 9112 §7.1.1
//
// The RFC has BWS around ";" and "="; like llhttp we refuse it. Nothing of the line is kept:
// extensions are checked, counted and forgotten.
func (p *Parser) chunkHead(data []byte, i int) (int, status) {
	for ; i < len(data); i++ {
		c := data[i]
		if p.state >= stateChunkExt && p.state <= stateChunkExtQuote && c != '\r' {
			p.extBytes++
			if p.extBytes > p.maxChunkExt {
				return i, p.bad(errExtOverflow, i, i)
			}
		}
		switch p.state {
		case stateChunkSize1, stateChunkSize:
			if d := hexDigit(c); d < 16 {
				if p.chunkDigits == maxChunkDigits || p.left > maxInt64>>4 {
					return i, p.bad(errChunkOverflow, i, i+1)
				}
				p.left = p.left<<4 | int64(d)
				p.chunkDigits++
				p.state = stateChunkSize
				continue
			}
			switch {
			case p.state == stateChunkSize1:
				return i, p.bad(errChunkSize, i, i)
			case c == '\r':
				p.state = stateChunkSizeLF
			case c == ';':
				p.extBytes++
				if p.extBytes > p.maxChunkExt {
					return i, p.bad(errExtOverflow, i, i)
				}
				p.state = stateChunkExt
			case c == '\n':
				return i, p.bad(errChunkSizeCR, i, i+1)
			default:
				return i, p.bad(errChunkSize, i, i)
			}

		case stateChunkExt:
			if c == '\n' {
				return i, p.bad(errExtNameCR, i, i)
			}
			if !tokenTable[c] {
				return i, p.bad(errExt, i, i+1)
			}
			p.state = stateChunkExtName

		case stateChunkExtName:
			switch {
			case tokenTable[c]:
			case c == '=':
				p.state = stateChunkExtValue1
			case c == ';':
				p.state = stateChunkExt
			case c == '\r':
				p.state = stateChunkSizeLF
			case c == '\n':
				return i, p.bad(errExtNameCR, i, i)
			default:
				return i, p.bad(errExtName, i, i+1)
			}

		case stateChunkExtValue1:
			switch {
			case c == '"':
				p.state = stateChunkExtQuoted
			case tokenTable[c]:
				p.state = stateChunkExtValue
			default:
				return i, p.bad(errExtValue, i, i+1)
			}

		case stateChunkExtValue:
			switch {
			case tokenTable[c]:
			case c == ';':
				p.state = stateChunkExt
			case c == '\r':
				p.state = stateChunkSizeLF
			case c == '\n':
				return i, p.bad(errExtValueCR, i, i)
			default:
				return i, p.bad(errExtValue, i, i+1)
			}

		case stateChunkExtQuoted: // quoted-string, RFC 9110 §5.6.4
			switch {
			case c == '"':
				p.state = stateChunkExtQuote
			case c == '\\':
				p.state = stateChunkExtPair
			case !valueTable[c]:
				return i, p.bad(errExtQuoted, i, i+1)
			}

		case stateChunkExtPair:
			if !valueTable[c] {
				return i, p.bad(errExtQuotedPair, i, i+1)
			}
			p.state = stateChunkExtQuoted

		case stateChunkExtQuote:
			switch c {
			case ';':
				p.state = stateChunkExt
			case '\r':
				p.state = stateChunkSizeLF
			case '\n':
				return i, p.bad(errExtValueCR, i, i)
			default:
				return i, p.bad(errExtQuoteEnd, i, i)
			}

		case stateChunkSizeLF:
			if c != '\n' {
				return i, p.bad(errChunkSizeLF, i, i)
			}
			p.chunkDigits = 0
			if p.left == 0 {
				p.beginTrailer()
			} else {
				p.state = stateChunkData
			}
			return i + 1, next
		}
	}
	return i, more
}

// chunkEnd reads the CRLF after the data of a chunk.
func (p *Parser) chunkEnd(data []byte, i int) (int, status) {
	for ; i < len(data); i++ {
		c := data[i]
		if p.state == stateChunkDataCR {
			if c == '\n' {
				return i, p.bad(errChunkDataCR, i, i+1)
			}
			if c != '\r' {
				return i, p.bad(errChunkDataLF, i, i)
			}
			p.state = stateChunkDataLF
			continue
		}
		if c != '\n' {
			return i, p.bad(errChunkDataLF, i, i)
		}
		p.state = stateChunkSize1
		return i + 1, next
	}
	return i, more
}
