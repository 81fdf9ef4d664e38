package http

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"

	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/parser"
)

// headerView shows the fields of a message as message.headers, trailers, headersDistinct or
// trailersDistinct. It makes values as they are read; once the program writes to it, it becomes a
// list of its own.
type headerView struct {
	m                  *IncomingMessage
	trailers, distinct bool
	own                []ownHeader // after a write
	written            bool
}

type ownHeader struct {
	key   string
	value goja.Value
}

func (v *headerView) source() (fields []parser.Field, block string, latin1 bool) {
	if v.trailers {
		t := v.m.rare()
		return t.trailers, t.trailer, t.latin1
	}
	return v.m.fields, v.m.head, v.m.latin1
}

// is reports whether field f is called key, which is in lower case.
func is(f *parser.Field, block, key string) bool {
	if f.Known != parser.NameOther {
		return parser.KnownName(f.Known) == key
	}
	return h1.EqualFold(block[f.NameStart:f.NameEnd], key)
}

// Get implements goja.DynamicObject.
func (v *headerView) Get(key string) goja.Value {
	if v.written {
		for i := range v.own {
			if v.own[i].key == key {
				return v.own[i].value
			}
		}
		return nil
	}
	fields, block, latin1 := v.source()
	for i := range fields {
		if is(&fields[i], block, key) {
			return v.value(key, fields[i:], block, latin1)
		}
	}
	return nil
}

// value makes the value of key, whose first field is fields[0].
func (v *headerView) value(key string, fields []parser.Field, block string, latin1 bool) goja.Value {
	rule := h1.JoinRule(key)
	first := block[fields[0].ValueStart:fields[0].ValueEnd]
	if !v.distinct && rule == h1.JoinFirst && !v.m.join {
		return v.m.text(first, latin1)
	}
	list := v.distinct || rule == h1.JoinList
	var more []string
	for i := 1; i < len(fields); i++ {
		if is(&fields[i], block, key) {
			more = append(more, block[fields[i].ValueStart:fields[i].ValueEnd])
		}
	}
	if list {
		values := []any{v.m.text(first, latin1)}
		for _, s := range more {
			values = append(values, v.m.text(s, latin1))
		}
		return v.m.room.h.VM.NewArray(values...)
	}
	if len(more) == 0 {
		return v.m.text(first, latin1)
	}
	sep := ", "
	if rule == h1.JoinSemicolon {
		sep = "; "
	}
	return v.m.text(first+sep+strings.Join(more, sep), latin1)
}

// Keys implements goja.DynamicObject.
func (v *headerView) Keys() []string {
	if v.written {
		keys := make([]string, len(v.own))
		for i := range v.own {
			keys[i] = v.own[i].key
		}
		return keys
	}
	fields, block, _ := v.source()
	keys := make([]string, 0, len(fields))
	for i := range fields {
		key := parser.KnownName(fields[i].Known)
		if key == "" {
			key = strings.ToLower(block[fields[i].NameStart:fields[i].NameEnd])
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

var headerViewType = reflect.TypeFor[*headerView]()

// eachProperty calls fn for the properties that Object.keys has, as of now.
func eachProperty(o *goja.Object, fn func(name string, v goja.Value)) {
	if o.ExportType() == headerViewType {
		v := o.Export().(*headerView)
		for _, name := range v.Keys() {
			fn(name, v.Get(name))
		}
		return
	}
	var few [16]unistring.String
	names, ok := engine.Names(few[:0], o)
	if !ok {
		for _, name := range o.Keys() {
			fn(name, o.Get(name))
		}
		return
	}
	for _, key := range names {
		name := key.String()
		v := engine.Value(o, key)
		if v == nil {
			v = o.Get(name) // fn has changed it
		}
		fn(name, v)
	}
}

// Has implements goja.DynamicObject.
func (v *headerView) Has(key string) bool { return v.Get(key) != nil }

// takeOver makes the list that writes go to.
func (v *headerView) takeOver() {
	if v.written {
		return
	}
	for _, key := range v.Keys() {
		v.own = append(v.own, ownHeader{key, v.Get(key)})
	}
	v.written = true
}

// Set implements goja.DynamicObject.
func (v *headerView) Set(key string, val goja.Value) bool {
	v.takeOver()
	for i := range v.own {
		if v.own[i].key == key {
			v.own[i].value = val
			return true
		}
	}
	v.own = append(v.own, ownHeader{key, val})
	return true
}

// Delete implements goja.DynamicObject.
func (v *headerView) Delete(key string) bool {
	v.takeOver()
	v.own = slices.DeleteFunc(v.own, func(h ownHeader) bool { return h.key == key })
	return true
}

// outHeader is a field set on an outgoing message, its value as the program gave it.
type outHeader struct {
	name  string // as given
	lower string
	value goja.Value
}

// outHeaders are the fields of an outgoing message in the order in which they were first set. A
// message has few: a scan beats a map.
type outHeaders []outHeader

func (hs outHeaders) find(name string) int {
	for i := range hs {
		if len(hs[i].lower) == len(name) && (hs[i].name == name || h1.EqualFold(name, hs[i].lower)) {
			return i
		}
	}
	return -1
}

func (hs *outHeaders) set(name string, v goja.Value) {
	if i := hs.find(name); i >= 0 {
		(*hs)[i].name, (*hs)[i].value = name, v
		return
	}
	if *hs == nil {
		*hs = make(outHeaders, 0, 4)
	}
	lower := parser.KnownName(parser.NameOf(name))
	if lower == "" {
		lower = strings.ToLower(name)
	}
	*hs = append(*hs, outHeader{name, lower, v})
}

func (hs *outHeaders) remove(name string) {
	if i := hs.find(name); i >= 0 {
		*hs = append((*hs)[:i], (*hs)[i+1:]...)
	}
}

// validateName throws ERR_INVALID_HTTP_TOKEN unless v is the name of a field.
func (r *Room) validateName(v goja.Value, label string) string {
	if s, ok := v.(goja.String); ok {
		if name := s.String(); h1.IsToken(name) {
			return name
		}
	}
	if label == "" {
		label = "Header name"
	}
	panic(r.h.Err.New("ERR_INVALID_HTTP_TOKEN", label, v.String()))
}

// validateValue throws unless v may be the value of the field name.
func (r *Room) validateValue(name string, v goja.Value) {
	if bind.IsUndefined(v) {
		panic(r.h.Err.New("ERR_HTTP_INVALID_HEADER_VALUE", "undefined", name))
	}
	if r.h.Era.DropLineBreaks {
		v = withoutLineBreaks(v)
	}
	if !r.validText(v) {
		panic(r.h.Err.New("ERR_INVALID_CHAR", `header content ["`+name+`"]`))
	}
}

// validText reports whether what v reads as may be sent: elements of an array one by one.
func (r *Room) validText(v goja.Value) bool {
	if goja.IsNumber(v) {
		return true
	}
	if _, isSymbol := v.(*goja.Symbol); isSymbol {
		panic(r.h.VM.NewTypeError("Cannot convert a Symbol value to a string"))
	}
	s := bind.ToString(v)
	text := s.String()
	if len(text) == s.Length() {
		return h1.ValidValue(text)
	}
	for i, n := 0, s.Length(); i < n; i++ {
		if !h1.ValidValueUnit(s.CharAt(i)) {
			return false
		}
	}
	return true
}

// withoutLineBreaks leaves line breaks and the blanks behind them out of v. Elements of an array are
// looked at together, as validText does.
func withoutLineBreaks(v goja.Value) goja.Value {
	if goja.IsNumber(v) {
		return v
	}
	s := bind.ToString(v)
	var out []uint16
	cut, broken := false, false // after a break; there was one
	for i, n := 0, s.Length(); i < n; i++ {
		c := s.CharAt(i)
		switch {
		case c == '\r' || c == '\n':
			cut, broken = true, true
			continue
		case cut && (c == ' ' || c == '\t'):
			continue
		}
		cut = false
		out = append(out, c)
	}
	if !broken {
		return s
	}
	return goja.StringFromUTF16(out)
}

// appendText appends v as it goes out: each UTF-16 unit one byte.
func appendText(dst []byte, v goja.Value) []byte {
	s := bind.ToString(v)
	text := s.String()
	if len(text) == s.Length() {
		return append(dst, text...)
	}
	for i, n := 0, s.Length(); i < n; i++ {
		dst = append(dst, byte(s.CharAt(i)))
	}
	return dst
}

// addHeaderLine joins one field into an object of fields, as programs do that make messages up.
//
// Node v20 lib/_http_incoming.js: _addHeaderLine.
func (m *IncomingMessage) addHeaderLine(field, value goja.Value, dest *goja.Object) {
	name := lowerASCII(field.String())
	rule := h1.JoinRule(name)
	before := dest.Get(name)
	switch {
	case rule == h1.JoinList:
		appendTo(m.room.h.VM, dest, name, value)
	case rule == h1.JoinFirst && !m.join:
		if bind.IsUndefined(before) {
			dest.Set(name, value)
		}
	case !nodeerr.IsString(before):
		dest.Set(name, value)
	case rule == h1.JoinSemicolon:
		dest.Set(name, before.String()+"; "+value.String())
	default:
		dest.Set(name, before.String()+", "+value.String())
	}
}

// appendTo appends to the array dest[name], making it if need be.
func appendTo(vm *goja.Runtime, dest *goja.Object, name string, value goja.Value) {
	if list, ok := dest.Get(name).(*goja.Object); ok {
		bind.Invoke(vm, list, "push", value)
		return
	}
	dest.Set(name, vm.NewArray(value))
}
