package intl

import (
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/clipperhouse/uax29/v2/words"
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// segmenter is the state of an Intl.Segmenter.
type segmenter struct {
	resolved
	granularity string
}

// segments is the state of what segment returns.
type segments struct {
	words bool
	input goja.String
	ends  []int // in UTF-16 units, ascending
}

// splitter is what the iterators of package uax29 have in common.
type splitter interface {
	Next() bool
	Value() string
}

func (s *segmenter) split(input goja.String) *segments {
	var it splitter
	switch text := input.String(); s.granularity {
	case "word":
		it = words.FromString(text)
	case "sentence":
		it = sentences.FromString(text)
	default:
		it = graphemes.FromString(text)
	}
	out := &segments{words: s.granularity == "word", input: input}
	end := 0
	for it.Next() {
		for _, c := range it.Value() {
			end++
			if c > 0xffff {
				end++
			}
		}
		out.ends = append(out.ends, end)
	}
	return out
}

// data makes the object of the i-th segment.
func (r *room) segmentData(s *segments, i int) goja.Value {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	text := s.input.Substring(start, s.ends[i])
	o := r.object("segment", text, "index", start, "input", s.input)
	if s.words {
		o.Set("isWordLike", isWordLike(text.String()))
	}
	return o
}

func isWordLike(s string) bool {
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsNumber(c) {
			return true
		}
	}
	return false
}

func (r *room) segmenter() *bind.Built {
	const proto = "Intl.Segmenter.prototype."
	view := r.segmentsPrototype()
	return r.class("Segmenter", 0, false, func(this *goja.Object, args []goja.Value) {
		requested := r.requested(bind.Arg(args, 0))
		o := r.strict(bind.Arg(args, 1), "Intl.Segmenter")
		o.matcher()
		s := &segmenter{resolved: resolve(requested, nil)}
		s.granularity = o.choice("granularity", "grapheme", "grapheme", "word", "sentence")
		bind.Own(this).Put(bind.Self, s)
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value {
			s := self[*segmenter](r, c.This, proto+"resolvedOptions")
			return r.object("locale", s.resolved.locale(), "granularity", s.granularity)
		}},
		{Name: "segment", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			s := self[*segmenter](r, c.This, proto+"segment")
			r.text(c.Argument(0)) // throws for a symbol
			o := r.vm.CreateObject(view)
			bind.Own(o).Put(bind.Self, s.split(bind.ToString(c.Argument(0))))
			return o
		}},
	}, nil)
}

// segmentsPrototype is what the objects of segment inherit from.
func (r *room) segmentsPrototype() *goja.Object {
	proto := r.vm.NewObject()
	r.method(proto, bind.Method{Name: "containing", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		s := self[*segments](r, c.This, "%SegmentsPrototype%.containing")
		at := r.toNumber(c.Argument(0))
		if at != at {
			at = 0
		}
		for i, end := range s.ends {
			if at > -1 && int64(at) < int64(end) {
				return r.segmentData(s, i)
			}
		}
		return goja.Undefined()
	}})
	// The engine's own iterators are the prototype's prototype.
	array := r.vm.NewArray()
	values, _ := goja.AssertFunction(array.GetSymbol(goja.SymIterator))
	iterator, err := values(array)
	if err != nil {
		bind.Rethrow(err)
	}
	next := r.vm.CreateObject(iterator.(*goja.Object).Prototype().Prototype())
	r.tag(next, "Segmenter String Iterator")
	type cursor struct {
		*segments
		i int
	}
	r.method(next, bind.Method{Name: "next", Fn: func(c goja.FunctionCall) goja.Value {
		s := self[*cursor](r, c.This, "%SegmentIterator.prototype%.next")
		o := r.vm.NewObject()
		if s.i == len(s.ends) {
			o.Set("value", goja.Undefined())
			o.Set("done", true)
			return o
		}
		o.Set("value", r.segmentData(s.segments, s.i))
		o.Set("done", false)
		s.i++
		return o
	}})
	iterate := bind.Function(r.vm, bind.Method{Name: "[Symbol.iterator]", Fn: func(c goja.FunctionCall) goja.Value {
		s := self[*segments](r, c.This, "%SegmentsPrototype%[Symbol.iterator]")
		o := r.vm.CreateObject(next)
		bind.Own(o).Put(bind.Self, &cursor{segments: s})
		return o
	}})
	proto.DefineDataPropertySymbol(goja.SymIterator, iterate, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return proto
}

// displayNames would need the names of all languages, regions and scripts.
func (r *room) displayNames() *bind.Built {
	return r.class("DisplayNames", 2, false, func(*goja.Object, []goja.Value) {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "Intl.DisplayNames")
	}, nil, nil)
}
