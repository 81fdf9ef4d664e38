package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// compressionStream and decompressionStream are the web's faces of streams of zlib.
func compressionStream() class {
	return zlibClass("CompressionStream", map[string]string{"deflate": "createDeflate", "deflate-raw": "createDeflateRaw", "gzip": "createGzip"})
}

func decompressionStream() class {
	return zlibClass("DecompressionStream", map[string]string{"deflate": "createInflate", "deflate-raw": "createInflateRaw", "gzip": "createGunzip"})
}

func zlibClass(name string, factories map[string]string) class {
	return pairClass(name, 1, func(r *Room, args []goja.Value) *pair {
		format := bind.Arg(args, 0)
		factory := ""
		if nodeerr.IsString(format) {
			factory = factories[format.String()]
		}
		if factory == "" {
			panic(r.h.Err.InvalidArgValue("format", format, ""))
		}
		// Asked of the rooms above, since stream makes its web streams with this one.
		zlib := bind.Invoke(r.vm, r.h.Builtin("zlib").(*goja.Object), factory)
		duplex := r.h.Builtin("stream").(*goja.Object).Get("Duplex").(*goja.Object)
		made := bind.Invoke(r.vm, duplex, "toWeb", zlib)
		return &pair{readable: bind.Property(made, "readable").(*goja.Object), writable: bind.Property(made, "writable").(*goja.Object)}
	}, nil, nil)
}
