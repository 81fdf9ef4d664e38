package buffer

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// This file is Blobs as other rooms see them.

// BlobBytes returns the bytes of a Blob or File, lent, and its type; ok is false for what is neither.
func BlobBytes(v goja.Value) (data []byte, mime string, ok bool) {
	b, ok := bind.SelfOf[*blob](v)
	if !ok {
		return nil, "", false
	}
	return b.data, b.mime, true
}

// IsFile reports whether v is a File.
func IsFile(v goja.Value) bool {
	b, ok := bind.SelfOf[*blob](v)
	return ok && b.name != nil
}

// NewBlob returns a Blob with the data, which is given.
func (r *Room) NewBlob(data []byte, mime string) *goja.Object {
	r.defineBlobs()
	return r.wrapBlob(r.blob, &blob{room: r, data: data, mime: blobType(mime)})
}

// NewFile returns a File with the data, which is given; modified is in milliseconds since 1970.
func (r *Room) NewFile(data []byte, name goja.Value, mime string, modified float64) *goja.Object {
	r.defineBlobs()
	return r.wrapBlob(r.file, &blob{room: r, data: data, mime: blobType(mime), name: name, lastModified: modified})
}

func (r *Room) wrapBlob(class *bind.Built, b *blob) *goja.Object {
	o := r.h.VM.CreateObject(class.Proto)
	bind.Own(o).Put(bind.Self, b)
	return o
}
