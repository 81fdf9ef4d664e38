package buffer

import (
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
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

// objectURLs is what the URLs of Blobs begin with in Node.
const objectURLs = "blob:nodedata:"

// CreateObjectURL is URL.createObjectURL: until the URL is revoked it stands for the bytes.
func (r *Room) CreateObjectURL(v goja.Value) string {
	b, ok := bind.SelfOf[*blob](v)
	if !ok {
		panic(r.h.Err.InvalidArgType("obj", []string{"Blob"}, v))
	}
	from := r.h.Settings.CryptoRand
	if from == nil {
		from = rand.Reader
	}
	var id [16]byte
	if _, err := io.ReadFull(from, id[:]); err != nil {
		panic(r.h.Err.Plain(nodeerr.Error, err.Error()))
	}
	id[6], id[8] = id[6]&0x0F|0x40, id[8]&0x3F|0x80 // RFC 9562 §5.4
	url := fmt.Sprintf("%s%x-%x-%x-%x-%x", objectURLs, id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	if r.objects == nil {
		r.objects = make(map[string]*blob)
	}
	r.objects[url] = &blob{room: r, data: b.data, mime: b.mime}
	return url
}

// objectURL takes off url what has no meaning in one of a Blob.
func objectURL(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	return url
}

// RevokeObjectURL is URL.revokeObjectURL.
func (r *Room) RevokeObjectURL(url string) { delete(r.objects, objectURL(url)) }

// ResolveObjectURL returns the bytes, lent, that a URL of CreateObjectURL stands for, and their type.
func (r *Room) ResolveObjectURL(url string) (data []byte, mime string, ok bool) {
	b, ok := r.objects[objectURL(url)]
	if !ok {
		return nil, "", false
	}
	return b.data, b.mime, true
}
