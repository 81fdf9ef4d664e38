package stringdecoder

import (
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// TestStringDecoderClass runs what node 20 was seen to answer.
func TestStringDecoderClass(t *testing.T) {
	vm := goja.New()
	h := &modules.Host{VM: vm, Err: nodeerr.NewErrors(vm)}
	vm.Set("StringDecoder", Module.Load(h).ToObject(vm).Get("StringDecoder"))
	for _, c := range []struct{ script, want string }{
		{`new StringDecoder().encoding`, "utf8"},
		{`new StringDecoder('').encoding`, "utf8"},
		{`new StringDecoder('UCS-2').encoding`, "utf16le"},
		{`new StringDecoder('binary').encoding`, "latin1"},
		{`try { new StringDecoder('nope') } catch (e) { e.code + e.message }`, "ERR_UNKNOWN_ENCODINGUnknown encoding: nope"},
		{`new StringDecoder(null).write(new Uint8Array([0x61]))`, "a"},
		{`var d = new StringDecoder(); d.write(new Uint8Array([0xe2, 0x82])) + d.lastNeed + d.lastTotal + d.lastChar[0]`, "13226"},
		{`d.end() + d.lastNeed`, "�0"},
		{`d.write('as it is')`, "as it is"},
		{`try { d.write(5) } catch (e) { e.code }`, "ERR_INVALID_ARG_TYPE"},
		{`try { d.write(null) } catch (e) { e.code }`, "ERR_INVALID_ARG_TYPE"},
		{`d.end(new Uint8Array([0x62]))`, "b"},
		{`StringDecoder.name + StringDecoder.length + Object.keys(StringDecoder.prototype)`, "StringDecoder1write,end,text,lastChar,lastNeed,lastTotal"},
		{`try { StringDecoder.prototype.write.call({}, new Uint8Array(1)) } catch (e) { e.code }`, "ERR_INVALID_THIS"},
	} {
		v, err := vm.RunString(c.script)
		if err != nil {
			t.Errorf("%s: %v", c.script, err)
		} else if v.String() != c.want {
			t.Errorf("%s = %q, want %q", c.script, v.String(), c.want)
		}
	}
}
