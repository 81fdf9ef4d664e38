package querystring_test

import (
	"testing"

	"github.com/gonode/gonode/runtime/runtimetest"
)

// FuzzParse: what was parsed from any text, written out and parsed again, is the same; own separators
// and decoders break nothing.
func FuzzParse(f *testing.F) {
	runtimetest.Property(f, `(require) => {
		const qs = require('querystring');
		const { isDeepStrictEqual } = require('util');
		return (text) => {
			text = Buffer.from(text).toString(); // lone surrogates become U+FFFD
			const first = qs.parse(text);
			const written = qs.stringify(first);
			const again = qs.parse(written);
			if (!isDeepStrictEqual(again, first)) throw new Error(JSON.stringify([first, written, again]));
			if (!/^[\x21-\x7e]*$/.test(written)) throw new Error('not escaped: ' + written);
			const sep = text[0] || ';', eq = text[1] || ':';
			qs.stringify(qs.parse(text, sep, eq, { maxKeys: 3 }), sep, eq);
			qs.parse(text, null, null, { decodeURIComponent });
			qs.unescapeBuffer(text).toString('latin1');
		};
	}`, "a=b&c=d", "a=1&a=2&b", "%E4%BD%A0=%zz&+=%2B&=&&", "a:b;c:d", "\xff=\xc3", "1=a&0=b&__proto__=c")
}
