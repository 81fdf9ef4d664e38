package readline

import (
	"regexp"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules/internal/bind"
)

// escapeWait is how long an Escape waits for the rest of a sequence, unless an Interface says otherwise.
const escapeWait = 500 * time.Millisecond

// key is what a terminal sent for one key.
type key struct {
	sequence          string
	name, code        string // "": undefined
	ctrl, meta, shift bool
	escaped           bool // begins with Escape
}

// names are the keys of the codes that terminals send, by what follows Escape.
//
// Node v20 lib/internal/readline/utils.js: emitKeys.
var names = map[string]string{
	"OP": "f1", "OQ": "f2", "OR": "f3", "OS": "f4", "[P": "f1", "[Q": "f2", "[R": "f3", "[S": "f4",
	"[11~": "f1", "[12~": "f2", "[13~": "f3", "[14~": "f4", "[200~": "paste-start", "[201~": "paste-end",
	"[[A": "f1", "[[B": "f2", "[[C": "f3", "[[D": "f4", "[[E": "f5",
	"[15~": "f5", "[17~": "f6", "[18~": "f7", "[19~": "f8", "[20~": "f9", "[21~": "f10", "[23~": "f11", "[24~": "f12",
	"[A": "up", "[B": "down", "[C": "right", "[D": "left", "[E": "clear", "[F": "end", "[H": "home",
	"OA": "up", "OB": "down", "OC": "right", "OD": "left", "OE": "clear", "OF": "end", "OH": "home",
	"[1~": "home", "[2~": "insert", "[3~": "delete", "[4~": "end", "[5~": "pageup", "[6~": "pagedown",
	"[[5~": "pageup", "[[6~": "pagedown", "[7~": "home", "[8~": "end",
}

// shifted and controlled are the codes that rxvt sends with these keys held down.
var (
	shifted = map[string]string{
		"[a": "up", "[b": "down", "[c": "right", "[d": "left", "[e": "clear",
		"[2$": "insert", "[3$": "delete", "[5$": "pageup", "[6$": "pagedown", "[7$": "home", "[8$": "end", "[Z": "tab",
	}
	controlled = map[string]string{
		"Oa": "up", "Ob": "down", "Oc": "right", "Od": "left", "Oe": "clear",
		"[2^": "insert", "[3^": "delete", "[5^": "pageup", "[6^": "pagedown", "[7^": "home", "[8^": "end",
	}
)

var (
	numbered = regexp.MustCompile(`^(?:(\d\d?)(?:;(\d))?([~^$])|(\d{3}~))$`)
	lettered = regexp.MustCompile(`^(?:(?:\d;)?(\d))?([A-Za-z])$`)
)

// parseKey reads one key from characters; "" is an Escape's patience that has ended. more says that the
// key is not whole.
func parseKey(chars []string) (k key, more bool) {
	at, s := 0, ""
	next := func() (ch string) {
		if at == len(chars) {
			more = true
			return ""
		}
		ch = chars[at]
		at++
		s += ch
		return ch
	}
	digit := func(ch string) bool { return len(ch) == 1 && ch[0] >= '0' && ch[0] <= '9' }
	ch := next()
	if ch == "\x1b" {
		k.escaped = true
		if ch = next(); ch == "\x1b" {
			ch = next()
		}
	}
	switch {
	case k.escaped && ch == "O":
		modifier := 0
		if ch = next(); digit(ch) {
			modifier = int(ch[0]-'0') - 1
			ch = next()
		}
		k.press("O"+ch, modifier)
	case k.escaped && ch == "[":
		code := "["
		if ch = next(); ch == "[" {
			code = "[["
			ch = next()
		}
		start := len(s) - len(ch)
		for i := 0; i < 3 && digit(ch); i++ {
			ch = next()
		}
		if ch == ";" {
			if ch = next(); digit(ch) {
				next()
			}
		}
		if more {
			return k, true
		}
		command, modifier := s[start:], 0
		if m := numbered.FindStringSubmatch(command); m != nil {
			if m[4] != "" {
				code += m[4]
			} else {
				code += m[1] + m[3]
				modifier = held(m[2])
			}
		} else if m := lettered.FindStringSubmatch(command); m != nil {
			code += m[2]
			modifier = held(m[1])
		} else {
			code += command
		}
		k.press(code, modifier)
	case ch == "\r":
		k.name, k.meta = "return", k.escaped
	case ch == "\n":
		k.name, k.meta = "enter", k.escaped
	case ch == "\t":
		k.name, k.meta = "tab", k.escaped
	case ch == "\b" || ch == "\x7f":
		k.name, k.meta = "backspace", k.escaped
	case ch == "\x1b":
		k.name, k.meta = "escape", k.escaped
	case ch == " ":
		k.name, k.meta = "space", k.escaped
	case !k.escaped && len(ch) == 1 && ch[0] <= 0x1a:
		k.name, k.ctrl = string(rune(ch[0]+'a'-1)), true
	case digit(ch) || len(ch) == 1 && (ch[0]|0x20 >= 'a' && ch[0]|0x20 <= 'z'):
		k.name = ch
		if ch[0] >= 'A' && ch[0] <= 'Z' {
			k.name, k.shift = string(rune(ch[0]|0x20)), true
		}
		k.meta = k.escaped
	case k.escaped:
		k.meta = true
		if ch == "" {
			k.name = "escape"
		}
	}
	k.sequence = s
	return k, more
}

// held is the modifier that a sequence names with a digit.
func held(digit string) int {
	if digit == "" {
		return 0
	}
	return int(digit[0]-'0') - 1
}

// press names the key of a code.
func (k *key) press(code string, modifier int) {
	k.code = code
	k.ctrl, k.meta, k.shift = modifier&4 != 0, modifier&10 != 0, modifier&1 != 0
	switch {
	case names[code] != "":
		k.name = names[code]
	case shifted[code] != "":
		k.name, k.shift = shifted[code], true
	case controlled[code] != "":
		k.name, k.ctrl = controlled[code], true
	default:
		k.name = "undefined"
	}
}

// object is the key as listeners get it.
func (k key) object(vm *goja.Runtime) *goja.Object {
	o := vm.NewObject()
	o.Set("sequence", k.sequence)
	o.Set("name", goja.Undefined())
	if k.name != "" {
		o.Set("name", k.name)
	}
	o.Set("ctrl", k.ctrl)
	o.Set("meta", k.meta)
	o.Set("shift", k.shift)
	if k.code != "" {
		o.Set("code", k.code)
	}
	return o
}

// keys makes 'keypress' events of what comes over a stream, while there are listeners.
type keys struct {
	r       *Room
	stream  *goja.Object
	iface   *goja.Object // the Interface that listens; may be nil
	decoder *goja.Object
	chars   []string // of a key that is not whole
	timer   *eventloop.Timer
	onData  goja.Value
}

// decoded marks the streams whose keys are decoded.
var decoded = goja.NewSymbol("keypress-decoder")

// emitKeypressEvents is readline.emitKeypressEvents(stream[, interface]).
func (r *Room) emitKeypressEvents(stream, iface goja.Value) {
	vm := r.h.VM
	o, ok := stream.(*goja.Object)
	if !ok {
		panic(vm.NewTypeError("Cannot read properties of " + bind.ToString(stream).String() + " (reading 'Symbol(keypress-decoder)')"))
	}
	if o.GetSymbol(decoded) != nil {
		return
	}
	o.DefineDataPropertySymbol(decoded, bind.True, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	k := &keys{r: r, stream: o, decoder: r.newDecoder()}
	k.iface, _ = iface.(*goja.Object)
	k.onData = vm.ToValue(func(c goja.FunctionCall) goja.Value {
		k.take(c.Argument(0))
		return goja.Undefined()
	})
	k.wait()
}

// wait reads the stream from when somebody listens to its keys.
func (k *keys) wait() {
	vm := k.r.h.VM
	if k.listened() {
		bind.Invoke(vm, k.stream, "on", bind.String("data"), k.onData)
		return
	}
	var onListener goja.Value
	onListener = vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if c.Argument(0).StrictEquals(bind.String("keypress")) {
			bind.Invoke(vm, k.stream, "on", bind.String("data"), k.onData)
			bind.Invoke(vm, k.stream, "removeListener", bind.String("newListener"), onListener)
		}
		return goja.Undefined()
	})
	bind.Invoke(vm, k.stream, "on", bind.String("newListener"), onListener)
}

func (k *keys) listened() bool {
	return bind.Invoke(k.r.h.VM, k.stream, "listenerCount", bind.String("keypress")).ToInteger() > 0
}

func (k *keys) take(chunk goja.Value) {
	if !k.listened() {
		bind.Invoke(k.r.h.VM, k.stream, "removeListener", bind.String("data"), k.onData)
		k.wait()
		return
	}
	text := bind.ToString(bind.Invoke(k.r.h.VM, k.decoder, "write", chunk)).String()
	if text == "" {
		return
	}
	if k.timer != nil {
		k.timer.Stop()
	}
	// Only the last key of what came at once may complete: the others were pasted.
	chars := []rune(text)
	for i, ch := range chars {
		last := i == len(chars)-1
		if k.iface != nil {
			k.iface.Set("isCompletionEnabled", last)
		}
		k.feed(string(ch))
		if last && ch == '\x1b' {
			h := k.r.h
			ctx := h.Context
			k.timer = h.Loop.SetTimeout(k.patience(), func() { h.Enter(ctx, func() { k.feed("") }) })
		}
	}
}

func (k *keys) patience() time.Duration {
	if k.iface != nil {
		if v := k.iface.Get("escapeCodeTimeout"); v != nil && !bind.IsUndefined(v) {
			return time.Duration(v.ToFloat() * float64(time.Millisecond))
		}
	}
	return escapeWait
}

// feed takes one character, and emits the key that it completes.
func (k *keys) feed(ch string) {
	k.chars = append(k.chars, ch)
	pressed, more := parseKey(k.chars)
	if more {
		return
	}
	k.chars = nil
	s := goja.Value(bind.String(pressed.sequence))
	switch {
	case pressed.sequence != "" && (pressed.name != "" || pressed.escaped):
		if pressed.escaped {
			s = goja.Undefined()
		}
	case len([]rune(pressed.sequence)) != 1:
		return // broken
	}
	bind.Invoke(k.r.h.VM, k.stream, "emit", bind.String("keypress"), s, pressed.object(k.r.h.VM))
}
