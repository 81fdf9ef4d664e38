package parser

// One table per ABNF rule; an array of 256 needs no bounds check when indexed by a byte.
var (
	// tokenTable: tchar, RFC 9110 §5.6.2.
	tokenTable = table("!#$%&'*+-.^_`|~" + digits + alphas)

	// valueTable: field-vchar, SP, HTAB and obs-text, RFC 9110 §5.5; also reason-phrase,
	// RFC 9112 §4. No NUL, CR, LF or other control byte, no DEL.
	valueTable = valueBytes()

	// serverTable: what llhttp takes in the authority of a target: RFC 3986 userinfo and
	// host characters with the brackets of an IP literal. '@' is handled where it is met.
	serverTable = table("-_.!~*'()%;:&=+$,[]" + digits + alphas)
)

const (
	digits = "0123456789"
	alphas = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

func table(set string) (t [256]bool) {
	for i := range len(set) {
		t[set[i]] = true
	}
	return t
}

func valueBytes() (t [256]bool) {
	for c := range t {
		t[c] = c == '\t' || c >= ' ' && c != 0x7f
	}
	return t
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isVisible reports VCHAR (RFC 5234): what a request target may hold. llhttp's strict mode,
// too, refuses bytes of 0x80 and above here (in values it takes them).
func isVisible(c byte) bool { return c > ' ' && c < 0x7f }

// hexDigit returns the value of a HEXDIG, or a number above 15.
func hexDigit(c byte) uint64 {
	switch {
	case isDigit(c):
		return uint64(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return uint64(c|0x20-'a') + 10
	}
	return 16
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// load64 reads eight bytes; the compiler makes one load of it.
func load64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// scanValue returns the index of the first byte from i on that is not in valueTable, or
// len(b), and whether a byte before it is 0x80 or above.
//
// Eight bytes at a time: (w - 32·ones) &^ w has the high bit of a byte set if the byte is
// below 32 (a borrow can set more of them, never fewer), likewise for the zero byte that DEL
// becomes under xor. Words that hold a tab or the end are read byte by byte.
func scanValue(b []byte, i int) (end int, high bool) {
	var seen uint64
	for {
		for i+8 <= len(b) {
			w := load64(b[i : i+8])
			del := w ^ 0x7f*ones
			if ((w-0x20*ones)&^w|(del-ones)&^del)&highs != 0 {
				break
			}
			seen |= w
			i += 8
		}
		for k := 0; ; k++ {
			if i == len(b) || !valueTable[b[i]] {
				return i, seen&highs != 0
			}
			if k == 8 {
				break
			}
			seen |= uint64(b[i])
			i++
		}
	}
}

// scanVisible returns the index of the first byte from i on that is not visible, or len(b).
func scanVisible(b []byte, i int) int {
	for i+8 <= len(b) {
		w := load64(b[i : i+8])
		del := w ^ 0x7f*ones
		if ((w-0x21*ones)&^w|(del-ones)&^del|w)&highs != 0 {
			break
		}
		i += 8
	}
	for i < len(b) && isVisible(b[i]) {
		i++
	}
	return i
}

// equalFold reports whether b is lower, which must be made of lower-case letters, digits and
// '-' only, in any case. b must consist of token characters or visible ones: then OR 0x20
// maps nothing but upper-case letters onto what lower may hold.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range b {
		if b[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}
