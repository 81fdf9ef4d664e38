package h1

// Framing is a field that bears on how a message is sent.
type Framing uint8

// The fields that sending looks at.
const (
	FieldOther Framing = iota
	FieldConnection
	FieldContentLength
	FieldTransferEncoding
	FieldDate
	FieldExpect
	FieldTrailer
	FieldKeepAlive
	FieldCookie
)

// FramingOf returns what the field name, in any case, means for sending.
func FramingOf(name string) Framing {
	switch len(name) {
	case 4:
		if EqualFold(name, "date") {
			return FieldDate
		}
	case 6:
		if EqualFold(name, "expect") {
			return FieldExpect
		}
		if EqualFold(name, "cookie") {
			return FieldCookie
		}
	case 7:
		if EqualFold(name, "trailer") {
			return FieldTrailer
		}
	case 10:
		if EqualFold(name, "connection") {
			return FieldConnection
		}
		if EqualFold(name, "keep-alive") {
			return FieldKeepAlive
		}
	case 14:
		if EqualFold(name, "content-length") {
			return FieldContentLength
		}
	case 17:
		if EqualFold(name, "transfer-encoding") {
			return FieldTransferEncoding
		}
	}
	return FieldOther
}

// EqualFold compares s in any case with the lower-case ASCII text lower.
func EqualFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// HasToken reports whether the comma-separated list has the lower-case token, in any case.
func HasToken(list, token string) bool {
	for len(list) > 0 {
		item := list
		if i := indexByte(list, ','); i >= 0 {
			item, list = list[:i], list[i+1:]
		} else {
			list = ""
		}
		for len(item) > 0 && (item[0] == ' ' || item[0] == '\t') {
			item = item[1:]
		}
		for len(item) > 0 && (item[len(item)-1] == ' ' || item[len(item)-1] == '\t') {
			item = item[:len(item)-1]
		}
		if EqualFold(item, token) {
			return true
		}
	}
	return false
}

func indexByte(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// Join tells how a repeated field is shown in message.headers.
type Join uint8

// How fields join. Node v20 lib/_http_incoming.js: matchKnownFields.
const (
	JoinComma     Join = iota // "a, b"
	JoinSemicolon             // "a; b": cookie
	JoinFirst                 // the first one counts
	JoinList                  // an array: set-cookie
)

// JoinRule returns the rule for a name in lower case.
func JoinRule(lower string) Join {
	switch lower {
	case "set-cookie":
		return JoinList
	case "cookie":
		return JoinSemicolon
	case "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
		"if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards",
		"proxy-authorization", "referer", "retry-after", "server", "user-agent":
		return JoinFirst
	}
	return JoinComma
}
