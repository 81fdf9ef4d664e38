package buffer_test

import (
	"testing"

	"github.com/gonode/gonode/runtime/runtimetest"
)

// FuzzDecode: decoding is total in every encoding; what was decoded from bytes encodes to them again
// where the encoding loses nothing; byteLength tells the length; StringDecoder and TextDecoder give in
// pieces what toString gives at once.
func FuzzDecode(f *testing.F) {
	runtimetest.Property(f, `(require) => {
		const { StringDecoder } = require('string_decoder');
		const lossless = new Set(['latin1', 'hex', 'base64', 'base64url', 'utf16le']);
		const check = (ok, ...what) => { if (!ok) throw new Error(what.map(String).join(' ')); };
		return (text) => {
			for (const from of ['utf8', 'utf16le', 'latin1', 'hex', 'base64', 'base64url', 'ascii']) {
				const bytes = Buffer.from(text, from);
				if (from !== 'base64' && from !== 'base64url' && from !== 'hex') {
					check(Buffer.byteLength(text, from) === bytes.length, 'byteLength', from);
				} else {
					check(Buffer.byteLength(text, from) >= bytes.length, 'byteLength', from);
				}
				const room = Buffer.alloc(bytes.length + 3, 0x2a);
				const n = room.write(text, from);
				check(room.subarray(0, n).equals(bytes.subarray(0, n)) && n === bytes.length, 'write', from, n, bytes.length);
				check(room.subarray(n).equals(Buffer.from('***')), 'wrote beyond', from);
				for (const to of ['utf8', 'utf16le', 'latin1', 'hex', 'base64', 'base64url', 'ascii']) {
					const out = bytes.toString(to);
					if (lossless.has(to) && (to !== 'utf16le' || bytes.length % 2 === 0)) {
						check(Buffer.from(out, to).equals(bytes), 'round trip', from, to, bytes.toString('hex'), JSON.stringify(out));
					}
					for (const size of [1, 2, 3, 7]) {
						if (bytes.length > 200) continue;
						const d = new StringDecoder(to);
						let whole = '';
						for (let i = 0; i < bytes.length; i += size) whole += d.write(bytes.subarray(i, i + size));
						whole += d.end();
						check(whole === out, 'StringDecoder', to, size, bytes.toString('hex'), JSON.stringify([whole, out]));
					}
				}
				const d = new TextDecoder('utf-8', { ignoreBOM: true });
				let whole = '';
				for (let i = 0; i < bytes.length; i += 5) whole += d.decode(bytes.subarray(i, i + 5), { stream: true });
				whole += d.decode();
				check(whole === bytes.toString(), 'TextDecoder', bytes.toString('hex'));
				for (const needle of [text.slice(0, 2), text.slice(-3), '\0']) {
					const at = bytes.indexOf(needle, 0, from), sub = Buffer.from(needle, from);
					if (from !== 'utf16le') check(at === bytes.indexOf(sub), 'indexOf', from, JSON.stringify(needle), at, bytes.indexOf(sub));
				}
			}
		};
	}`, "", "plain", "\u00e4\u4f60\U0001f600", "\xc3\x28\xe2\x82", "\xf0\x9f\x98", "deadBEEF0", "aGk=", "_-8", "a\x00b", "\xed\xa0\x80", "=====", "a b\nc")
}
