// Package zlib is Node's zlib module: gzip, deflate and Brotli, as streams, as functions with a
// callback and as synchronous functions.
//
// Compression itself is done by github.com/klauspost/compress and github.com/andybalholm/brotli; the
// compressed bytes differ from those of zlib, what they stand for does not.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/zlib.html.
package zlib

import (
	"hash/crc32"
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

// Module is require('zlib').
var Module = modules.Module{ID: "zlib", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the zlib module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the zlib module of one runtime.
type Room struct {
	base    *bind.Built // ZlibBase
	classes []class

	h       *modules.Host
	buffers *buffer.Room
	streams *stream.Room
}

// class is one of the stream classes with the functions of its name.
type class struct {
	name  string // Gzip
	short string // gzip
	mode  mode
	built *bind.Built
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, buffers: buffer.Rooms.Of(h), streams: stream.Rooms.Of(h)}
	r.classes = []class{
		{"Deflate", "deflate", modeDeflate, nil},
		{"Inflate", "inflate", modeInflate, nil},
		{"Gzip", "gzip", modeGzip, nil},
		{"Gunzip", "gunzip", modeGunzip, nil},
		{"DeflateRaw", "deflateRaw", modeDeflateRaw, nil},
		{"InflateRaw", "inflateRaw", modeInflateRaw, nil},
		{"Unzip", "unzip", modeUnzip, nil},
		{"BrotliCompress", "brotliCompress", modeBrotliEncode, nil},
		{"BrotliDecompress", "brotliDecompress", modeBrotliDecode, nil},
	}
	r.defineClasses()
	return r
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	bind.DefineMethods(vm, o, []bind.Method{{Name: "crc32", Length: 1, Fn: r.crc32}})
	for _, c := range r.classes {
		o.Set(c.name, c.built.Ctor)
	}
	for _, i := range [...]int{0, 2, 4, 6, 1, 3, 5, 7, 8} { // Node's order
		c := r.classes[i]
		bind.DefineMethods(vm, o, []bind.Method{
			{Name: c.short, Length: 3, Fn: func(call goja.FunctionCall) goja.Value { return r.callback(c, call) }},
			{Name: c.short + "Sync", Length: 2, Fn: func(call goja.FunctionCall) goja.Value { return r.sync(c, call) }},
		})
	}
	for _, i := range [...]int{0, 1, 4, 5, 2, 3, 6, 7, 8} {
		c := r.classes[i]
		bind.DefineMethods(vm, o, []bind.Method{{Name: "create" + c.name, Length: 1, Fn: func(call goja.FunctionCall) goja.Value {
			return r.create(c, call.Argument(0))
		}}})
	}
	table := vm.CreateObject(nil)
	for _, c := range constants {
		table.DefineDataProperty(c.name, number(c.value), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
		// The names of zlib are also, unlisted, on the module, as they were once.
		if !strings.HasPrefix(c.name, "BROTLI") {
			o.DefineDataProperty(c.name, number(c.value), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
		}
	}
	o.DefineDataProperty("constants", table, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	byName := vm.NewObject()
	for _, c := range codes {
		byName.Set(c.name, number(c.value))
	}
	for _, c := range codes {
		byName.Set(strconv.Itoa(int(c.value)), c.name)
	}
	bind.Invoke(vm, vm.Get("Object").(*goja.Object), "freeze", byName)
	o.DefineDataProperty("codes", byName, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	return o
}

func number(f float64) goja.Value {
	if f == math.Trunc(f) && math.Abs(f) < 1<<31 {
		return bind.Int(int(f))
	}
	return bind.Constant(f)
}

// crc32 is crc32(data[, value]).
func (r *Room) crc32(c goja.FunctionCall) goja.Value {
	data := c.Argument(0)
	b, ok := buffer.Bytes(data)
	if nodeerr.IsString(data) {
		b, ok = buffer.Append(nil, data, buffer.UTF8), true
	}
	if !ok {
		panic(r.h.Err.InvalidArgType("data", []string{"Buffer", "TypedArray", "DataView", "string"}, data))
	}
	var from uint32
	if v := c.Argument(1); !bind.IsUndefined(v) {
		from = r.h.Err.ValidateUint32(v, "value", false)
	}
	return r.h.VM.ToValue(int64(crc32.Update(from, crc32.IEEETable, b)))
}

// options is what a constructor was given, checked.
type options struct {
	params
	chunkSize int
	flush     int // after each write
	finish    int // after the last
	maxOutput float64
	info      bool
}

// maxLength is buffer.kMaxLength, what a result may have.
const maxLength = 1<<53 - 1

// options reads and checks the options of a class.
func (r *Room) options(m mode, v goja.Value) options {
	o := options{
		params:    params{mode: m, level: -1, windowBits: 15, quality: 11, lgwin: 22},
		chunkSize: 16 << 10, flush: noFlush, finish: finish, maxOutput: maxLength,
	}
	brotli := m == modeBrotliEncode || m == modeBrotliDecode
	maxFlush := blockFlush
	if brotli {
		o.flush, o.finish, maxFlush = brotliProcess, brotliFinish, 3
	}
	if !bind.Truthy(v) {
		return o
	}
	get := func(name string) goja.Value { return bind.Property(v, name) }
	if c := get("chunkSize"); r.given(c, "options.chunkSize") {
		n := c.ToFloat()
		if n < 64 || math.IsInf(n, 0) {
			panic(r.h.Err.OutOfRange("options.chunkSize", ">= 64", c))
		}
		o.chunkSize = int(n)
	}
	o.flush = r.between(get("flush"), "options.flush", 0, maxFlush, o.flush)
	o.finish = r.between(get("finishFlush"), "options.finishFlush", 0, maxFlush, o.finish)
	if c := get("maxOutputLength"); r.given(c, "options.maxOutputLength") {
		if o.maxOutput = c.ToFloat(); o.maxOutput < 1 || o.maxOutput > maxLength {
			panic(r.h.Err.OutOfRange("options.maxOutputLength", ">= 1 and <= 9007199254740991", c))
		}
	}
	o.info = bind.Truthy(get("info"))
	o.lenient = !m.compresses() && (!brotli && o.finish != finish || brotli && o.finish != brotliFinish)
	if brotli {
		r.brotliParams(&o, get("params"))
		return o
	}
	if w := get("windowBits"); bind.IsUndefined(w) || w.ToFloat() != 0 || m == modeDeflate || m == modeGzip || m == modeDeflateRaw || m == modeInflateRaw {
		low := 8
		if m == modeGzip || m == modeGunzip {
			low = 9
		}
		o.windowBits = r.between(w, "options.windowBits", low, 15, 15)
	} else {
		o.windowBits = 0 // by the header
	}
	o.level = r.between(get("level"), "options.level", -1, 9, -1)
	r.between(get("memLevel"), "options.memLevel", 1, 9, 8) // has no counterpart here
	o.strategy = r.between(get("strategy"), "options.strategy", 0, 4, 0)
	if d := get("dictionary"); !bind.IsUndefined(d) {
		b, ok := buffer.Bytes(d)
		if !ok {
			panic(r.h.Err.InvalidArgType("options.dictionary", []string{"Buffer", "TypedArray", "DataView", "ArrayBuffer"}, d))
		}
		o.dictionary = append([]byte(nil), b...)
	}
	return o
}

// given reports whether an option is there and a number that is not NaN.
func (r *Room) given(v goja.Value, name string) bool {
	if bind.IsUndefined(v) {
		return false
	}
	if !nodeerr.IsNumber(v) {
		panic(r.h.Err.InvalidArgType(name, []string{"number"}, v))
	}
	f := v.ToFloat()
	if math.IsInf(f, 0) {
		panic(r.h.Err.OutOfRange(name, "a finite number", v))
	}
	return !math.IsNaN(f)
}

func (r *Room) between(v goja.Value, name string, low, high, def int) int {
	if !r.given(v, name) {
		return def
	}
	if f := v.ToFloat(); f < float64(low) || f > float64(high) {
		panic(r.h.Err.OutOfRange(name, ">= "+strconv.Itoa(low)+" and <= "+strconv.Itoa(high), v))
	}
	return int(v.ToInteger())
}

// The numbers of Brotli's parameters that have an effect here.
const (
	brotliQuality = 1
	brotliLGWin   = 2
)

// brotliParams reads options.params, whose keys are numbers.
func (r *Room) brotliParams(o *options, v goja.Value) {
	p, ok := v.(*goja.Object)
	if !ok {
		return
	}
	highest := 8
	if o.mode == modeBrotliDecode {
		highest = 1
	}
	for _, key := range p.Keys() {
		n, err := strconv.Atoi(key)
		if err != nil || n < 0 || n > highest {
			r.h.Err.Throw("ERR_BROTLI_INVALID_PARAM", key)
		}
		value := p.Get(key)
		if value.ExportType() != nil && value.ExportType().Kind().String() == "bool" {
			continue
		}
		if !nodeerr.IsNumber(value) {
			panic(r.h.Err.InvalidArgType("options.params[key]", []string{"number"}, value))
		}
		if o.mode != modeBrotliEncode {
			continue
		}
		switch n {
		case brotliQuality:
			o.quality = min(max(int(value.ToInteger()), 0), 11)
		case brotliLGWin:
			o.lgwin = min(max(int(value.ToInteger()), 10), 24)
		}
	}
}

// failure is err as a JavaScript error.
func (r *Room) failure(err error) *goja.Object {
	e, ok := err.(*Error)
	if !ok {
		return r.h.Err.Plain(nodeerr.Error, err.Error())
	}
	o := r.h.Err.Plain(nodeerr.Error, e.Message)
	o.Set("errno", e.Errno)
	o.Set("code", e.Code)
	return o
}
