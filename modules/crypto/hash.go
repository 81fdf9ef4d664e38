package crypto

import (
	"crypto/hmac"
	"hash"
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// hasher is the state of a Hash or an Hmac.
type hasher struct {
	h    hash.Hash
	mac  bool
	over bool // digest was called
}

func (r *Room) defineHash() {
	r.Hash = bind.Define(r.h.VM, bind.Class{
		Name: "Hash", Length: 2, Parent: r.streams.Transform, Mode: bind.CallInstance,
		Construct: r.newHash,
		Methods: append(r.hashMethods(), bind.Method{Name: "copy", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			s := r.hasher(c.This)
			if s.over {
				r.h.Err.Throw("ERR_CRYPTO_HASH_FINALIZED")
			}
			o := r.construct(r.Hash, bind.Property(c.This, "_algorithm"), c.Argument(0))
			d, err := clone(s.h)
			if err != nil {
				panic(r.h.Err.Plain(nodeerr.Error, "Copying this digest is not supported"))
			}
			r.hasher(o).h = d
			return o
		}}),
	})
	r.Hmac = bind.Define(r.h.VM, bind.Class{
		Name: "Hmac", Length: 3, Parent: r.streams.Transform, Mode: bind.CallInstance,
		Construct: r.newHmac,
		Methods:   r.hashMethods(),
	})
}

func (r *Room) hashMethods() []bind.Method {
	return []bind.Method{
		{Name: "update", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			s := r.hasher(c.This)
			if s.over {
				r.h.Err.Throw("ERR_CRYPTO_HASH_FINALIZED")
			}
			s.h.Write(r.data(c.Argument(0), c.Argument(1), "data"))
			return c.This
		}},
		{Name: "digest", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			s := r.hasher(c.This)
			var sum []byte
			switch {
			case !s.over:
				sum = s.h.Sum(nil)
			case !s.mac: // a second digest of an Hmac is empty, as in Node
				r.h.Err.Throw("ERR_CRYPTO_HASH_FINALIZED")
			}
			s.over = true
			return r.encode(sum, c.Argument(0))
		}},
		{Name: "_transform", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			r.hasher(c.This).h.Write(r.data(c.Argument(0), c.Argument(1), "data"))
			return bind.CallGiven(r.h.VM, "callback", c.Argument(2), goja.Undefined())
		}},
		{Name: "_flush", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			s := r.hasher(c.This)
			s.over = true
			bind.Invoke(r.h.VM, bind.This(r.h.VM, c), "push", r.buffers.Wrap(s.h.Sum(nil)))
			return bind.CallGiven(r.h.VM, "callback", c.Argument(0), goja.Undefined())
		}},
	}
}

func (r *Room) hasher(v goja.Value) *hasher {
	s, ok := bind.SelfOf[*hasher](v)
	if !ok {
		panic(r.h.VM.NewTypeError("Illegal invocation"))
	}
	return s
}

// construct is new class(args…).
func (r *Room) construct(class *bind.Built, args ...goja.Value) *goja.Object {
	o, err := r.h.VM.New(class.Ctor, args...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// newHash is new Hash(algorithm[, options]).
func (r *Room) newHash(this *goja.Object, args []goja.Value) {
	algorithm := r.h.Err.ValidateString(bind.Arg(args, 0), "algorithm")
	options := bind.Arg(args, 1)
	var length goja.Value
	if o, ok := options.(*goja.Object); ok {
		length = o.Get("outputLength")
	}
	size := -1
	if !bind.IsUndefined(length) {
		size = int(r.h.Err.ValidateInteger(length, "options.outputLength", 0, math.MaxUint32))
	}
	d := newDigest(algorithm)
	if d == nil {
		panic(r.h.Err.Plain(nodeerr.Error, "Digest method not supported"))
	}
	s := &hasher{h: d()}
	if x, ok := s.h.(*shake); ok && size >= 0 {
		x.size = size
	} else if size >= 0 && size != s.h.Size() {
		e := r.h.Err.Coded(nodeerr.Error, "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH", "error:030000B2:digital envelope routines::not XOF or invalid length")
		panic(e)
	}
	bind.Call(r.streams.Transform.Ctor, this, options)
	bind.Own(this).Put(bind.Self, s)
	bind.Hide(this, "_algorithm", r.h.VM.ToValue(algorithm))
}

// newHmac is new Hmac(algorithm, key[, options]).
func (r *Room) newHmac(this *goja.Object, args []goja.Value) {
	algorithm := r.h.Err.ValidateString(bind.Arg(args, 0), "hmac")
	key := bind.Arg(args, 1)
	secret, ok := r.bytes(key, bind.Property(bind.Arg(args, 2), "encoding"))
	if !ok {
		panic(r.h.Err.InvalidArgType("key", []string{"string", "ArrayBuffer", "Buffer", "TypedArray", "DataView", "KeyObject", "CryptoKey"}, key))
	}
	d := r.digest(algorithm)
	bind.Call(r.streams.Transform.Ctor, this, bind.Arg(args, 2))
	bind.Own(this).Put(bind.Self, &hasher{h: hmac.New(d, secret), mac: true})
}

// digest finds a hash function or throws.
func (r *Room) digest(name string) func() hash.Hash {
	d := newDigest(name)
	if d == nil {
		r.h.Err.Throw("ERR_CRYPTO_INVALID_DIGEST", name)
	}
	return d
}

// data is an argument that must be text or bytes.
func (r *Room) data(v, encoding goja.Value, name string) []byte {
	if _, isObject := v.(*goja.Object); isObject || nodeerr.IsString(v) {
		if o, ok := v.(*goja.Object); !ok || o.ClassName() != "ArrayBuffer" {
			if b, ok := r.bytes(v, encoding); ok {
				return b
			}
		}
	}
	panic(r.h.Err.InvalidArgType(name, []string{"string", "Buffer", "TypedArray", "DataView"}, v))
}

// bytes returns the bytes of a string, lent of a view or an ArrayBuffer.
func (r *Room) bytes(v, encoding goja.Value) ([]byte, bool) {
	if nodeerr.IsString(v) {
		enc := buffer.UTF8
		if nodeerr.IsString(encoding) && encoding.String() != "buffer" {
			var ok bool
			if enc, ok = buffer.ParseEncoding(encoding.String()); !ok {
				enc = buffer.UTF8
			}
		}
		return buffer.Append(nil, v, enc), true
	}
	return buffer.Bytes(v)
}

// encode is a result: a string in a known encoding that was asked for, else a Buffer.
func (r *Room) encode(b []byte, encoding goja.Value) goja.Value {
	if nodeerr.IsString(encoding) {
		if enc, ok := buffer.ParseEncoding(encoding.String()); ok {
			return buffer.Decode(b, enc)
		}
	}
	return r.buffers.Wrap(b)
}
