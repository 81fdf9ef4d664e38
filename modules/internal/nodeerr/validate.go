package nodeerr

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// The Validate methods return the argument's Go value or throw Node's error for it.
// Source: Node v20 lib/internal/validators.js.

// ValidateString throws ERR_INVALID_ARG_TYPE unless v is a string.
func (e *Errors) ValidateString(v goja.Value, name string) string {
	if !IsString(v) {
		panic(e.InvalidArgType(name, []string{"string"}, v))
	}
	return v.String()
}

// IsString reports whether v is a primitive string.
func IsString(v goja.Value) bool { return v != nil && goja.IsString(v) && !isObject(v) }

func isObject(v goja.Value) bool { _, ok := v.(*goja.Object); return ok }

// IsNumber reports whether v is a primitive number.
func IsNumber(v goja.Value) bool { return v != nil && goja.IsNumber(v) && !isObject(v) }

// IsNullish reports whether v is undefined, null or absent.
func IsNullish(v goja.Value) bool { return v == nil || goja.IsUndefined(v) || goja.IsNull(v) }

// ValidateFunction throws ERR_INVALID_ARG_TYPE unless v can be called.
func (e *Errors) ValidateFunction(v goja.Value, name string) *goja.Object {
	if o, ok := v.(*goja.Object); ok && isCallable(o) {
		return o
	}
	panic(e.InvalidArgType(name, []string{"function"}, v))
}

// ValidateBoolean throws ERR_INVALID_ARG_TYPE unless v is a boolean.
func (e *Errors) ValidateBoolean(v goja.Value, name string) bool {
	if TypeOf(v) != "boolean" {
		panic(e.InvalidArgType(name, []string{"boolean"}, v))
	}
	return v.ToBoolean()
}

// ValidateObject throws ERR_INVALID_ARG_TYPE unless v is an object that is neither an array nor a function.
func (e *Errors) ValidateObject(v goja.Value, name string) *goja.Object {
	o, ok := v.(*goja.Object)
	if !ok || isCallable(o) || o.ClassName() == "Array" {
		panic(e.InvalidArgType(name, []string{"Object"}, v))
	}
	return o
}

// ValidateArray throws ERR_INVALID_ARG_TYPE unless v is an array.
func (e *Errors) ValidateArray(v goja.Value, name string) *goja.Object {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Array" {
		panic(e.InvalidArgType(name, []string{"Array"}, v))
	}
	return o
}

// ValidateNumber throws unless v is a number from lo to hi; NaN bounds mean none.
func (e *Errors) ValidateNumber(v goja.Value, name string, lo, hi float64) float64 {
	if !IsNumber(v) {
		panic(e.InvalidArgType(name, []string{"number"}, v))
	}
	f := v.ToFloat()
	hasLo, hasHi := !math.IsNaN(lo), !math.IsNaN(hi)
	if hasLo && f < lo || hasHi && f > hi || (hasLo || hasHi) && math.IsNaN(f) {
		var rng []string
		if hasLo {
			rng = append(rng, ">= "+num(lo))
		}
		if hasHi {
			rng = append(rng, "<= "+num(hi))
		}
		panic(e.OutOfRange(name, strings.Join(rng, " && "), v))
	}
	return f
}

// ValidateInteger throws unless v is an integer from lo to hi.
func (e *Errors) ValidateInteger(v goja.Value, name string, lo, hi float64) int64 {
	if !IsNumber(v) {
		panic(e.InvalidArgType(name, []string{"number"}, v))
	}
	f := v.ToFloat()
	if !isInteger(f) {
		panic(e.OutOfRange(name, "an integer", v))
	}
	if f < lo || f > hi {
		panic(e.OutOfRange(name, ">= "+num(lo)+" && <= "+num(hi), v))
	}
	return int64(f)
}

// MaxSafeInteger is Number.MAX_SAFE_INTEGER.
const MaxSafeInteger = 1<<53 - 1

// ValidateInt32 throws unless v is an integer from -2147483648 to 2147483647.
func (e *Errors) ValidateInt32(v goja.Value, name string) int32 {
	return int32(e.ValidateInteger(v, name, math.MinInt32, math.MaxInt32))
}

// ValidateUint32 throws unless v is an integer from 0 (1 if positive) to 4294967295.
func (e *Errors) ValidateUint32(v goja.Value, name string, positive bool) uint32 {
	lo := 0.0
	if positive {
		lo = 1
	}
	return uint32(e.ValidateInteger(v, name, lo, math.MaxUint32))
}

// ValidatePort returns the TCP port that v (a number or a string of one) names; throws ERR_SOCKET_BAD_PORT.
func (e *Errors) ValidatePort(v goja.Value, name string, allowZero bool) int {
	bad := func() {
		op := ">"
		if allowZero {
			op = ">="
		}
		panic(e.Coded(RangeError, "ERR_SOCKET_BAD_PORT",
			name+" should be "+op+" 0 and < 65536. Received "+e.Received(v)+"."))
	}
	switch {
	case IsString(v):
		if strings.TrimSpace(v.String()) == "" {
			bad()
		}
	case !IsNumber(v):
		bad()
	}
	f := v.ToFloat()
	if !isInteger(f) || f < 0 || f > 65535 || f == 0 && !allowZero {
		bad()
	}
	return int(f)
}

// ValidateOneOf throws ERR_INVALID_ARG_VALUE unless v is one of the allowed strings.
func (e *Errors) ValidateOneOf(v goja.Value, name string, allowed ...string) string {
	if IsString(v) {
		for _, a := range allowed {
			if v.String() == a {
				return a
			}
		}
	}
	quoted := make([]string, len(allowed))
	for i, a := range allowed {
		quoted[i] = "'" + a + "'"
	}
	panic(e.InvalidArgValue(name, v, "must be one of: "+strings.Join(quoted, ", ")))
}

// ValidateAbortSignal throws ERR_INVALID_ARG_TYPE unless v is undefined or looks like an AbortSignal;
// it returns nil for undefined.
func (e *Errors) ValidateAbortSignal(v goja.Value, name string) *goja.Object {
	if v == nil || goja.IsUndefined(v) {
		return nil
	}
	o, ok := v.(*goja.Object)
	if !ok || o.Get("aborted") == nil {
		panic(e.InvalidArgType(name, []string{"AbortSignal"}, v))
	}
	return o
}

func num(f float64) string {
	if math.Abs(f) < 1e21 && f == math.Trunc(f) {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
