package url

import "github.com/dop251/goja"

// whatwg holds the classes URL and URLSearchParams.
type whatwg struct{ url, params *goja.Object }

func (r *Room) classes() *whatwg {
	panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "URL"))
}

func (r *Room) formatURL(o *goja.Object, options goja.Value) goja.Value {
	panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "url.format(URL)"))
}
