package v8_test

import (
	"testing"

	"github.com/gonode/gonode/runtime/runtimetest"
)

// FuzzDeserialize: any bytes are a value or an error of JavaScript's, in both forms; a value can be written
// again, and what was read of that is the same.
func FuzzDeserialize(f *testing.F) {
	runtimetest.Property(f, `(require) => {
		const v8 = require('v8');
		return (text) => {
			let first;
			try {
				first = v8.deserialize(Buffer.from('\xff\x0f' + text, 'latin1'));
			} catch (err) {
				if (!(err instanceof Error)) throw new Error('not an error: ' + String(err));
				return;
			}
			const written = v8.serialize(first);
			const again = v8.serialize(v8.deserialize(written));
			if (!again.equals(written)) throw new Error([written.toString('hex'), again.toString('hex')].join());
		};
	}`, "o\"\x01aI\x02{\x01", "A\x02I\x02-$\x00\x02", ";\"\x01ao{\x00:\x02", "'I\x02,\x01", "rR m\"\x01xs\"\x01y.", "B\x02abVB\x00\x02\x00",
		"\\\x0a\x02ab", "R\"\x01a\x03", "Z\x10\x01\x00\x00\x00\x00\x00\x00\x00", "D\x00\x00\x00\x00\x00\x00\xf0\x3f", "a\x05I\x02T@\x01\x05", "^\x00")
}
