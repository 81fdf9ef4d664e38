package module

import (
	"encoding/base64"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// This file is module.SourceMap and module.findSourceMap.
//
// Node v20 lib/internal/source_map/source_map.js and source_map_cache.js.

// mapping is one entry of a source map: a place in the generated text, and unless source is nil where
// it comes from. Lines and columns begin at 0.
type mapping struct {
	line, column             int32
	source, name             goja.Value // nil: the entry has none
	sourceLine, sourceColumn int32
}

// sourceMap is the state of a SourceMap.
type sourceMap struct {
	payload     goja.Value
	lineLengths goja.Value
	mappings    []mapping
}

// sourceMaps is the class SourceMap of one runtime, and the maps that findSourceMap has made.
type sourceMaps struct {
	class *bind.Built
	found map[string]goja.Value
}

var sourceMapRooms = modules.NewRoom(newSourceMaps)

func newSourceMaps(h *modules.Host) *sourceMaps {
	vm := h.VM
	self := func(c goja.FunctionCall) *sourceMap {
		m, ok := bind.SelfOf[*sourceMap](c.This)
		if !ok {
			panic(vm.NewTypeError("Cannot read private member #mappings from an object whose class did not declare it"))
		}
		return m
	}
	class := bind.Define(vm, bind.Class{Name: "SourceMap", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			m := &sourceMap{payload: copyPayload(h, bind.Arg(args, 0)), lineLengths: goja.Undefined()}
			if sections, ok := bind.Property(m.payload, "sections").(*goja.Object); ok {
				vm.ForOf(sections, func(section goja.Value) bool {
					offset := bind.Property(section, "offset")
					m.parse(vm, bind.Property(section, "map"), int32(bind.Property(offset, "line").ToInteger()), int32(bind.Property(offset, "column").ToInteger()))
					return true
				})
			} else {
				m.parse(vm, m.payload, 0, 0)
			}
			sort.SliceStable(m.mappings, func(i, j int) bool {
				a, b := &m.mappings[i], &m.mappings[j]
				return a.line < b.line || a.line == b.line && a.column < b.column
			})
			if l, ok := bind.Property(bind.Arg(args, 1), "lineLengths").(*goja.Object); ok && l.ClassName() == "Array" && bind.Truthy(l.Get("length")) {
				m.lineLengths = l
			}
			bind.Own(this).Put(bind.Self, m)
		},
		Accessors: []bind.Accessor{
			{Name: "payload", Get: func(c goja.FunctionCall) goja.Value { return copyPayload(h, self(c).payload) }},
			{Name: "lineLengths", Get: func(c goja.FunctionCall) goja.Value {
				if l, ok := self(c).lineLengths.(*goja.Object); ok {
					return bind.Invoke(vm, l, "slice")
				}
				return goja.Undefined()
			}},
		},
		Methods: []bind.Method{
			{Name: "findEntry", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return self(c).entry(vm, c.Argument(0).ToFloat(), c.Argument(1).ToFloat())
			}},
			{Name: "findOrigin", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				return self(c).origin(vm, c.Argument(0).ToFloat(), c.Argument(1).ToFloat())
			}},
		}})
	return &sourceMaps{class: class, found: make(map[string]goja.Value)}
}

// copyPayload copies a map and the arrays in it. It throws for what is no object.
func copyPayload(h *modules.Host, v goja.Value) *goja.Object {
	from := h.Err.ValidateObject(v, "payload")
	to := h.VM.NewObject()
	for _, key := range from.Keys() {
		value := from.Get(key)
		if list, ok := value.(*goja.Object); ok && list.ClassName() == "Array" {
			value = bind.Invoke(h.VM, list, "slice")
		}
		define(to, key, value)
	}
	return to
}

// parse adds the mappings of a map, which begins at line and column of the generated text.
func (m *sourceMap) parse(vm *goja.Runtime, v goja.Value, line, column int32) {
	list := func(name string) (out []goja.Value) {
		if o, ok := bind.Property(v, name).(*goja.Object); ok {
			vm.ForOf(o, func(e goja.Value) bool { out = append(out, e); return true })
		}
		return out
	}
	if _, ok := bind.Property(v, "sources").(*goja.Object); !ok {
		panic(vm.NewTypeError("Cannot read properties of undefined (reading 'length')"))
	}
	sources, names := list("sources"), list("names")
	at := func(list []goja.Value, i int32) goja.Value {
		if i < 0 || int(i) >= len(list) {
			return nil
		}
		return list[i]
	}
	text := bind.Property(v, "mappings").String()
	var source, sourceLine, sourceColumn, name int32
	more := func() bool { return text != "" && text[0] != ',' && text[0] != ';' }
	for {
		if strings.HasPrefix(text, ",") {
			text = text[1:]
		} else {
			for strings.HasPrefix(text, ";") {
				line, column, text = line+1, 0, text[1:]
			}
			if text == "" {
				return
			}
		}
		e := mapping{line: line}
		column += vlq(&text)
		e.column = column
		if more() {
			source += vlq(&text)
			sourceLine += vlq(&text)
			sourceColumn += vlq(&text)
			e.source, e.sourceLine, e.sourceColumn = at(sources, source), sourceLine, sourceColumn
			if more() {
				name += vlq(&text)
				e.name = at(names, name)
			}
		}
		m.mappings = append(m.mappings, e)
	}
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// vlq takes a number of variable length off text: five bits a digit, the last bit of all is the sign.
func vlq(text *string) int32 {
	var n uint32
	for shift := 0; *text != ""; shift += 5 {
		digit := max(strings.IndexByte(base64Digits, (*text)[0]), 0)
		*text = (*text)[1:]
		n += uint32(digit&31) << shift
		if digit&32 == 0 {
			break
		}
	}
	if v := int32(n >> 1); n&1 == 0 {
		return v
	} else {
		return -v | -1<<31
	}
}

// at returns the last mapping that is not after line and column; nil if there is none.
func (m *sourceMap) at(line, column float64) *mapping {
	i := sort.Search(len(m.mappings), func(i int) bool {
		l, c := float64(m.mappings[i].line), float64(m.mappings[i].column)
		return line < l || line == l && column < c
	})
	if i == 0 {
		return nil
	}
	return &m.mappings[i-1]
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

// entry is findEntry: numbers begin at 0.
func (m *sourceMap) entry(vm *goja.Runtime, line, column float64) goja.Value {
	out := vm.NewObject()
	e := m.at(line, column)
	if e == nil {
		return out
	}
	out.Set("generatedLine", e.line)
	out.Set("generatedColumn", e.column)
	out.Set("originalSource", orUndefined(e.source))
	sourceLine, sourceColumn := goja.Undefined(), goja.Undefined()
	if e.source != nil {
		sourceLine, sourceColumn = bind.Int(int(e.sourceLine)), bind.Int(int(e.sourceColumn))
	}
	out.Set("originalLine", sourceLine)
	out.Set("originalColumn", sourceColumn)
	out.Set("name", orUndefined(e.name))
	return out
}

// origin is findOrigin: numbers begin at 1.
func (m *sourceMap) origin(vm *goja.Runtime, line, column float64) goja.Value {
	out := vm.NewObject()
	e := m.at(line-1, column-1)
	if e == nil || e.source == nil {
		return out
	}
	out.Set("name", orUndefined(e.name))
	out.Set("fileName", e.source)
	out.Set("lineNumber", float64(e.sourceLine)+line-float64(e.line))
	out.Set("columnNumber", float64(e.sourceColumn)+column-float64(e.column))
	return out
}

var (
	mappingURL = regexp.MustCompile(`(?m)^//[#@] sourceMappingURL=(\S+)\s*$`)
	protocol   = regexp.MustCompile(`^\w+://`)
)

// findSourceMap is module.findSourceMap(path): the map that the file names, while source maps are
// heeded; undefined otherwise.
func (r *Room) findSourceMap(c goja.FunctionCall) goja.Value {
	if !goja.IsString(c.Argument(0)) || !r.h.SourceMaps {
		return goja.Undefined()
	}
	room, file := sourceMapRooms.Of(r.h), c.Argument(0).String()
	if known, ok := room.found[file]; ok {
		return known
	}
	found := goja.Undefined()
	// What is no map, or cannot be read, is none.
	_ = r.h.VM.Try(func() { found = r.readSourceMap(room, file) })
	room.found[file] = found
	return found
}

// readSourceMap makes the SourceMap of file, a path or a URL. It throws.
func (r *Room) readSourceMap(room *sourceMaps, file string) goja.Value {
	vm := r.h.VM
	url := r.h.Builtin("url").(*goja.Object)
	if protocol.MatchString(file) {
		file = bind.Invoke(vm, url, "fileURLToPath", vm.ToValue(file)).String()
	}
	text := r.source(file)
	all := mappingURL.FindAllStringSubmatch(text, -1)
	if all == nil {
		return goja.Undefined()
	}
	link, base := all[len(all)-1][1], bind.Property(bind.Invoke(vm, url, "pathToFileURL", vm.ToValue(file)), "href")
	absolute := func(link string, base goja.Value) goja.Value {
		u, err := vm.New(url.Get("URL"), vm.ToValue(link), base)
		if err != nil {
			bind.Rethrow(err)
		}
		return u.Get("href")
	}
	var data string
	if rest, ok := strings.CutPrefix(link, "data:"); ok {
		kind, content, _ := strings.Cut(rest, ",")
		if data = content; strings.HasSuffix(kind, ";base64") {
			b, err := base64.StdEncoding.DecodeString(content)
			if err != nil {
				return goja.Undefined()
			}
			data = string(b)
		}
	} else {
		base = absolute(link, base)
		data = r.source(bind.Invoke(vm, url, "fileURLToPath", base).String())
	}
	payload := bind.Invoke(vm, vm.Get("JSON").(*goja.Object), "parse", vm.ToValue(data)).(*goja.Object)
	if list, ok := payload.Get("sources").(*goja.Object); ok {
		root := ""
		if v := bind.Property(payload, "sourceRoot"); goja.IsString(v) {
			root = v.String()
		}
		var sources []any
		vm.ForOf(list, func(v goja.Value) bool {
			sources = append(sources, absolute(root+v.String(), base))
			return true
		})
		payload.Set("sources", vm.NewArray(sources...))
		payload.Set("sourceRoot", "")
	}
	var lengths []any
	for _, line := range strings.Split(text, "\n") {
		lengths = append(lengths, len([]rune(strings.TrimSuffix(line, "\r"))))
	}
	options := vm.NewObject()
	options.Set("lineLengths", vm.NewArray(lengths...))
	m, err := vm.New(room.class.Ctor, payload, options)
	if err != nil {
		bind.Rethrow(err)
	}
	return m
}

// source is the text of a file, "" if it cannot be read.
func (r *Room) source(file string) string {
	b, err := r.files.ReadFile(filepath.FromSlash(file))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(string(b), "\ufeff")
}
