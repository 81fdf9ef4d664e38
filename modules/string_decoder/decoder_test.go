package stringdecoder

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
)

func utf16Hex(s goja.String) string {
	var b strings.Builder
	for i := range s.Length() {
		c := s.CharAt(i)
		fmt.Fprintf(&b, "%02x%02x", c&0xFF, c>>8)
	}
	return b.String()
}

// TestWriteAgreesWithNode goes through chunks of broken and whole text, with what node 20 made of
// them: encoding|bytes text lastNeed lastTotal|…|end text, bytes and UTF-16 in hex.
func TestWriteAgreesWithNode(t *testing.T) {
	data, err := os.ReadFile("testdata/random.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		parts := strings.Split(line, "|")
		enc, _ := buffer.ParseEncoding(parts[0])
		d := New(enc)
		for i, p := range parts[1:] {
			f := strings.Split(p, " ")
			if f[0] == "end" {
				if got := utf16Hex(d.End()); got != f[1] {
					t.Errorf("%s: end = %s", line, got)
				}
				continue
			}
			b, _ := hex.DecodeString(f[0])
			got := utf16Hex(d.Write(b))
			if got != f[1] || fmt.Sprint(d.missing) != f[2] || fmt.Sprint(d.missing+d.buffered) != f[3] {
				t.Errorf("%s: write %d = %s, need %d, total %d", line, i, got, d.missing, d.missing+d.buffered)
				break
			}
		}
	}
}
