// Package crypto is Node's crypto module as far as servers use it daily: hashes, HMAC, random
// values, key derivation. What is left out (ciphers, keys, signatures, Diffie-Hellman, X.509, Web
// Crypto's subtle) throws ERR_METHOD_NOT_IMPLEMENTED, with its name, when it is called.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/crypto.html.
package crypto

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream"
)

// Module is require('crypto').
var Module = modules.Module{ID: "crypto", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the crypto module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the crypto module of one runtime.
type Room struct {
	Hash *bind.Built
	Hmac *bind.Built

	h       *modules.Host
	buffers *buffer.Room
	streams *stream.Room
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, buffers: buffer.Rooms.Of(h), streams: stream.Rooms.Of(h)}
	r.defineHash()
	return r
}

// absent is what the module of Node 20 has and this one lacks.
var absent = []string{
	"checkPrime", "checkPrimeSync", "createCipheriv", "createDecipheriv", "createDiffieHellman",
	"createDiffieHellmanGroup", "createECDH", "createPrivateKey", "createPublicKey", "createSecretKey",
	"createSign", "createVerify", "diffieHellman", "generatePrime", "generatePrimeSync", "getCipherInfo",
	"getDiffieHellman", "generateKeyPair", "generateKeyPairSync", "generateKey", "generateKeySync",
	"privateDecrypt", "privateEncrypt", "publicDecrypt", "publicEncrypt", "setEngine", "setFips", "sign",
	"verify", "secureHeapUsed", "createCipher", "createDecipher",
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "createHash", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return r.construct(r.Hash, c.Arguments...)
		}},
		{Name: "createHmac", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			return r.construct(r.Hmac, c.Arguments...)
		}},
		{Name: "hash", Length: 3, Fn: r.hashOnce},
		{Name: "getHashes", Fn: func(goja.FunctionCall) goja.Value { return r.list(digestNames) }},
		{Name: "getCiphers", Fn: func(goja.FunctionCall) goja.Value { return r.list(nil) }},
		{Name: "getCurves", Fn: func(goja.FunctionCall) goja.Value { return r.list(nil) }},
		{Name: "getFips", Fn: func(goja.FunctionCall) goja.Value { return bind.Int(0) }},
	})
	bind.DefineMethods(vm, o, r.randomMethods())
	bind.DefineMethods(vm, o, r.deriveMethods())
	for _, name := range absent {
		bind.DefineMethods(vm, o, []bind.Method{{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "crypto."+name+"()"))
		}}})
	}
	o.Set("Hash", r.Hash.Ctor)
	o.Set("Hmac", r.Hmac.Ctor)
	o.Set("webcrypto", r.webCrypto())
	return o
}

// hashOnce is hash(algorithm, data[, outputEncoding]).
func (r *Room) hashOnce(c goja.FunctionCall) goja.Value {
	name := r.h.Err.ValidateString(c.Argument(0), "algorithm")
	data := c.Argument(1)
	if o, ok := data.(*goja.Object); ok && o.ClassName() == "ArrayBuffer" || !ok && !nodeerr.IsString(data) {
		panic(r.h.Err.InvalidArgType("input", []string{"string", "Buffer", "TypedArray", "DataView"}, data))
	}
	b := r.data(data, goja.Undefined(), "input")
	d := r.digest(name)()
	d.Write(b)
	encoding := c.Argument(2)
	if bind.IsUndefined(encoding) {
		encoding = bind.String("hex")
	}
	r.h.Err.ValidateString(encoding, "outputEncoding")
	return r.encode(d.Sum(nil), encoding)
}

func (r *Room) list(names []string) goja.Value {
	out := make([]any, len(names))
	for i, s := range names {
		out[i] = s
	}
	return r.h.VM.NewArray(out...)
}

// work runs compute on a worker and calls cb with what the function that it returns makes of the
// result, on the loop.
func (r *Room) work(cb *goja.Object, compute func() (args func() []goja.Value)) {
	ctx := r.h.Context
	r.h.Loop.Work(func() func() {
		args := compute()
		return func() { r.h.Enter(ctx, func() { bind.Call(cb, goja.Undefined(), args()...) }) }
	})
}

// later calls cb in the next tick.
func (r *Room) later(cb *goja.Object, args ...goja.Value) {
	r.h.Door.NextTick(modules.Func(func() { bind.Call(cb, goja.Undefined(), args...) }))
}
