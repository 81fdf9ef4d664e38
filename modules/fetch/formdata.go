package fetch

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// formData is the state of a FormData.
//
// Source: https://xhr.spec.whatwg.org/#interface-formdata; Node v20 deps/undici, lib/web/fetch/formdata.js.
type formData struct {
	entries []formEntry
}

// formEntry has a string or a File.
type formEntry struct {
	name  string
	value goja.Value
}

func (f *formData) at(i int) (key, value goja.Value, ok bool) {
	if i < len(f.entries) {
		return text(f.entries[i].name), f.entries[i].value, true
	}
	return nil, nil, false
}

// text is a JavaScript string of s.
func text(s string) goja.Value { return bind.String(strings.ToValidUTF8(s, "\uFFFD")) }

// formEntry makes an entry of the arguments of append and set.
func (r *Room) formEntry(method string, args []goja.Value) formEntry {
	blob := isBlob(args[1])
	if len(args) == 3 && !blob {
		panic(r.typeError("Failed to execute '%s' on 'FormData': parameter 2 is not of type 'Blob'", method))
	}
	e := formEntry{name: r.usvString(args[0])}
	if !blob {
		e.value = text(r.usvString(args[1]))
		return e
	}
	data, mime, ok := buffer.BlobBytes(args[1])
	if !ok {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "FormData."+method+"() of a Blob that is not of the global class")
	}
	name, file := goja.Value(nil), buffer.IsFile(args[1])
	if len(args) == 3 {
		name = text(r.usvString(args[2]))
	} else if file {
		e.value = args[1]
		return e
	} else {
		name = bind.String("blob")
	}
	modified := float64(r.h.Now().UnixMilli())
	if file {
		modified = bind.Property(args[1], "lastModified").ToFloat()
	}
	e.value = r.buffers.NewFile(data, name, mime, modified)
	return e
}

// isBlob reports whether v is a Blob, of any class.
func isBlob(v goja.Value) bool {
	if _, _, ok := buffer.BlobBytes(v); ok {
		return true
	}
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	if _, ok := bind.ToCallable(o); ok {
		return false
	}
	tag := o.GetSymbol(goja.SymToStringTag)
	if tag == nil || tag.String() != "Blob" && tag.String() != "File" {
		return false
	}
	_, stream := bind.ToCallable(o.Get("stream"))
	_, memory := bind.ToCallable(o.Get("arrayBuffer"))
	return stream || memory
}

// FormData returns the class.
func (r *Room) FormData() *bind.Built {
	if r.formDataClass != nil {
		return r.formDataClass
	}
	byName := func(name string, fn func(f *formData, name string) goja.Value) bind.Method {
		return method(r, "FormData", name, 1, func(f *formData, c goja.FunctionCall) goja.Value {
			return fn(f, r.usvString(c.Arguments[0]))
		})
	}
	called := func(name string) func(formEntry) bool { return func(e formEntry) bool { return e.name == name } }
	b := r.class(bind.Class{Name: "FormData", Length: 1,
		Construct: func(this *goja.Object, args []goja.Value) {
			if !goja.IsUndefined(bind.Arg(args, 0)) {
				panic(r.unconvertible("FormData constructor", "Argument 1", "undefined"))
			}
			bind.Own(this).Put(bind.Self, new(formData))
		},
		Methods: []bind.Method{
			method(r, "FormData", "append", 2, func(f *formData, c goja.FunctionCall) goja.Value {
				f.entries = append(f.entries, r.formEntry("append", c.Arguments))
				return goja.Undefined()
			}),
			byName("delete", func(f *formData, name string) goja.Value {
				f.entries = slices.DeleteFunc(f.entries, called(name))
				return goja.Undefined()
			}),
			byName("get", func(f *formData, name string) goja.Value {
				if i := slices.IndexFunc(f.entries, called(name)); i >= 0 {
					return f.entries[i].value
				}
				return goja.Null()
			}),
			byName("getAll", func(f *formData, name string) goja.Value {
				var all []any
				for _, e := range f.entries {
					if e.name == name {
						all = append(all, e.value)
					}
				}
				return r.vm.NewArray(all...)
			}),
			byName("has", func(f *formData, name string) goja.Value {
				return bind.Bool(slices.ContainsFunc(f.entries, called(name)))
			}),
			method(r, "FormData", "set", 2, func(f *formData, c goja.FunctionCall) goja.Value {
				e := r.formEntry("set", c.Arguments)
				i := slices.IndexFunc(f.entries, called(e.name))
				if i < 0 {
					f.entries = append(f.entries, e)
					return goja.Undefined()
				}
				f.entries[i] = e
				rest := slices.DeleteFunc(f.entries[i+1:], called(e.name))
				f.entries = f.entries[:i+1+len(rest)]
				return goja.Undefined()
			}),
		}})
	iterable[*formData](r, "FormData", b)
	r.inspectAs(b, func(v goja.Value, opts *goja.Object) string {
		o := r.vm.CreateObject(nil)
		for _, e := range this[*formData](r, v).entries {
			switch before := o.Get(e.name).(type) {
			case *goja.Object:
				if before.ClassName() == "Array" {
					bind.Invoke(r.vm, before, "push", e.value)
					continue
				}
				o.Set(e.name, r.vm.NewArray(before, e.value))
			default:
				if bind.Truthy(before) {
					o.Set(e.name, r.vm.NewArray(before, e.value))
				} else {
					o.Set(e.name, e.value)
				}
			}
		}
		_, shown, _ := strings.Cut(r.util.FormatWith(opts, []goja.Value{o}).String(), "] ")
		return "FormData " + shown
	})
	r.formDataClass = b
	return b
}
