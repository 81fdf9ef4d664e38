package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

func (r *Room) from(b *bind.Built, it, opts goja.Value) goja.Value { return nil }
func (r *Room) duplexify(v goja.Value, name string) goja.Value     { return nil }
func (r *Room) jsIterator(c goja.FunctionCall) goja.Value          { return nil }
func (r *Room) defineAsync(p *goja.Object)                         {}
func (r *Room) defineStatics() {
	s := r.Stream.Ctor
	for _, b := range []*bind.Built{r.Stream, r.Readable, r.Writable, r.Duplex, r.Transform, r.PassThrough} {
		s.Set(b.Ctor.Get("name").String(), b.Ctor)
	}
}

// PromisesModule is require('stream/promises').
var PromisesModule = modules.Module{ID: "stream/promises"}

// ConsumersModule is require('stream/consumers').
var ConsumersModule = modules.Module{ID: "stream/consumers"}
