package util

import "github.com/dop251/goja"

// What other rooms ask of objects; nothing here runs JavaScript unless it says so.

// MapEntries returns the keys and values of a Map, or of what is left of an iterator over its
// entries; ok is false for all else.
func (r *Room) MapEntries(o *goja.Object) (keys, values []goja.Value, ok bool) {
	switch kindOf(o) {
	case mapKind:
		keys, values = r.entries(o)
		return keys, values, true
	case mapIterator, setIterator:
		rest, pairs := preview(o)
		if !pairs {
			return nil, nil, false
		}
		for i := 0; i < len(rest); i += 2 {
			keys, values = append(keys, rest[i]), append(values, rest[i+1])
		}
		return keys, values, true
	}
	return nil, nil, false
}

// SetValues returns the values of a Set or of what is left of an iterator; ok is false for all else.
func (r *Room) SetValues(o *goja.Object) (values []goja.Value, ok bool) {
	switch kindOf(o) {
	case setKind:
		return r.members(o), true
	case mapIterator, setIterator:
		values, _ = preview(o)
		return values, true
	}
	return nil, false
}

// HasOwn is Object.hasOwn(o, name). A Proxy's traps run.
func (r *Room) HasOwn(o *goja.Object, name string) bool { return r.owns(o, key{name: name}) }

// IsArray reports whether o is an array or a typed array.
func (r *Room) IsArray(o *goja.Object) bool {
	k := kindOf(o)
	return k == array || k == typedArray
}

// Width is the number of terminal columns that s takes, without its control sequences.
func Width(s string) int { return width(s, true) }

// Strip returns s, as of Text, without control sequences of terminals.
func Strip(s string) string { return stripVT(s) }

// InspectCustom is util.inspect.custom.
func (r *Room) InspectCustom() *goja.Symbol { return r.inspectCustom }

// Text returns the text of a JavaScript string; lone surrogates are kept. String is its inverse.
func Text(v goja.Value) string { return textOf(v) }

// String makes a JavaScript string of what Text returned.
func String(s string) goja.Value { return stringValue(s) }

// Length is the length of s in JavaScript.
func Length(s string) int { return jsLen(s) }

// Cut is s.slice(0, n) of JavaScript.
func Cut(s string, n int) string { return jsCut(s, n) }

// Caller returns the place in the program's source that called into Go, lines and columns counted
// from 1.
func Caller(vm *goja.Runtime) (file string, line, column int, ok bool) {
	frames := userFrames(vm)
	if len(frames) == 0 {
		return "", 0, 0, false
	}
	f := frames[0]
	return f.file, f.line, f.column, true
}
