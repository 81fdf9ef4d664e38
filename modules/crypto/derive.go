package crypto

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"math"

	"github.com/dop251/goja"
	"golang.org/x/crypto/scrypt"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// derivation computes a key, off the loop or on it.
type derivation func() ([]byte, error)

func (r *Room) deriveMethods() []bind.Method {
	both := func(name string, length int, prepare func(args []goja.Value) derivation, finish func(b []byte) goja.Value) []bind.Method {
		return []bind.Method{
			{Name: name, Length: length + 1, Fn: func(c goja.FunctionCall) goja.Value {
				args, cb := c.Arguments, goja.Value(goja.Undefined())
				if name == "scrypt" && len(args) == 4 {
					args, cb = args[:3], args[3] // options left out
				} else if len(args) > length {
					args, cb = args[:length], args[length]
				}
				derive := prepare(args)
				r.work(r.h.Err.ValidateFunction(cb, "callback"), func() func() []goja.Value {
					key, err := derive()
					return func() []goja.Value {
						if err != nil {
							return []goja.Value{r.h.Err.Plain(nodeerr.Error, err.Error())}
						}
						return []goja.Value{goja.Null(), finish(key)}
					}
				})
				return goja.Undefined()
			}},
			{Name: name + "Sync", Length: length, Fn: func(c goja.FunctionCall) goja.Value {
				key, err := prepare(c.Arguments)()
				if err != nil {
					panic(r.h.Err.Plain(nodeerr.Error, err.Error()))
				}
				return finish(key)
			}},
		}
	}
	wrap := func(b []byte) goja.Value { return r.buffers.Wrap(b) }
	arrayBuffer := func(b []byte) goja.Value { return r.h.VM.ToValue(r.h.VM.NewArrayBuffer(b)) }
	var all []bind.Method
	all = append(all, both("hkdf", 5, r.hkdf, arrayBuffer)...)
	all = append(all, both("pbkdf2", 5, r.pbkdf2, wrap)...)
	return append(all, both("scrypt", 4, r.scrypt, wrap)...)
}

// secret is an argument that must be text or bytes of any kind. It is copied: a worker reads it.
func (r *Room) secret(v goja.Value, name string, keys bool) []byte {
	b, ok := r.bytes(v, goja.Undefined())
	if !ok {
		want := []string{"string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"}
		if keys {
			want = []string{"string", "SecretKeyObject", "ArrayBuffer", "TypedArray", "DataView", "Buffer"}
		}
		panic(r.h.Err.InvalidArgType(name, want, v))
	}
	return append([]byte(nil), b...)
}

// pbkdf2 is pbkdf2(password, salt, iterations, keylen, digest).
func (r *Room) pbkdf2(args []goja.Value) derivation {
	name := r.h.Err.ValidateString(bind.Arg(args, 4), "digest")
	password := r.secret(bind.Arg(args, 0), "password", false)
	salt := r.secret(bind.Arg(args, 1), "salt", false)
	iterations := int(r.h.Err.ValidateInteger(bind.Arg(args, 2), "iterations", 1, maxBytes))
	length := int(r.h.Err.ValidateInteger(bind.Arg(args, 3), "keylen", 0, maxBytes))
	d := r.digest(name)
	return func() ([]byte, error) {
		if length == 0 {
			return nil, nil
		}
		return pbkdf2.Key(d, string(password), salt, iterations, length)
	}
}

// hkdf is hkdf(digest, ikm, salt, info, keylen).
func (r *Room) hkdf(args []goja.Value) derivation {
	name := r.h.Err.ValidateString(bind.Arg(args, 0), "digest")
	key := r.secret(bind.Arg(args, 1), "ikm", true)
	salt := r.secret(bind.Arg(args, 2), "salt", false)
	info := r.secret(bind.Arg(args, 3), "info", false)
	length := int(r.h.Err.ValidateInteger(bind.Arg(args, 4), "length", 0, maxBytes))
	if len(info) > 1024 {
		panic(r.h.Err.OutOfRange("info", "must not contain more than 1024 bytes", bind.Int(len(info))))
	}
	d := r.digest(name)
	if length > 255*d().Size() {
		r.h.Err.Throw("ERR_CRYPTO_INVALID_KEYLEN")
	}
	return func() ([]byte, error) { return hkdf.Key(d, key, salt, string(info), length) }
}

// scrypt is scrypt(password, salt, keylen[, options]).
func (r *Room) scrypt(args []goja.Value) derivation {
	options := bind.Arg(args, 3)
	n, blockSize, parallel, maxMemory := r.scryptOptions(options)
	password := r.secret(bind.Arg(args, 0), "password", false)
	salt := r.secret(bind.Arg(args, 1), "salt", false)
	length := int(r.h.Err.ValidateInteger(bind.Arg(args, 2), "keylen", 0, maxBytes))
	if n < 2 || n&(n-1) != 0 || blockSize < 1 || parallel < 1 {
		r.h.Err.Throw("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params")
	}
	if float64(128*blockSize)*float64(n+parallel+2) > maxMemory {
		r.h.Err.Throw("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params: error:030000AC:digital envelope routines::memory limit exceeded")
	}
	return func() ([]byte, error) {
		if length == 0 {
			return nil, nil
		}
		return scrypt.Key(password, salt, int(n), int(blockSize), int(parallel), length)
	}
}

// scryptOptions reads the cost parameters, each of which has two names.
func (r *Room) scryptOptions(options goja.Value) (n, blockSize, parallel int64, maxMemory float64) {
	n, blockSize, parallel, maxMemory = 16384, 8, 1, 32<<20
	if bind.IsUndefined(options) {
		return n, blockSize, parallel, maxMemory
	}
	o := r.h.Err.ValidateObject(options, "options")
	for _, p := range []struct {
		short, long string
		to          *int64
	}{{"N", "cost", &n}, {"r", "blockSize", &blockSize}, {"p", "parallelization", &parallel}} {
		short, long := bind.Property(o, p.short), bind.Property(o, p.long)
		if !bind.IsUndefined(short) {
			if !bind.IsUndefined(long) {
				r.h.Err.Throw("ERR_CRYPTO_SCRYPT_INVALID_PARAMETER")
			}
			*p.to = int64(r.h.Err.ValidateUint32(short, p.short, false))
		} else if !bind.IsUndefined(long) {
			*p.to = int64(r.h.Err.ValidateUint32(long, p.long, false))
		}
	}
	if v := bind.Property(o, "maxmem"); !bind.IsUndefined(v) {
		maxMemory = float64(r.h.Err.ValidateInteger(v, "maxmem", 0, math.MaxInt64>>10))
	}
	return n, blockSize, parallel, maxMemory
}
