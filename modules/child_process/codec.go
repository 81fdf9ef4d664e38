package childprocess

import (
	"bytes"
	"encoding/binary"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/v8"
)

// codec is how messages become bytes: the option serialization. encode and decode throw.
//
// Node v20 lib/internal/child_process/serialization.js.
type codec interface {
	encode(message goja.Value) []byte
	// split returns the first message of data, nil if it is not whole, and what is behind it.
	split(data []byte) (message, rest []byte)
	decode(message []byte) goja.Value
}

// serialization is the option for a channel.
func serialization(advanced bool) string {
	if advanced {
		return "advanced"
	}
	return "json"
}

// advanced checks the option serialization.
func (r *Room) advanced(v goja.Value) bool {
	if !nodeerr.IsString(v) || v.String() != "json" && v.String() != "advanced" {
		panic(r.h.Err.InvalidArgValue("options.serialization", v, "must be one of: undefined, 'json', 'advanced'"))
	}
	return v.String() == "advanced"
}

func (r *Room) codec(mode string) codec {
	if mode == "advanced" {
		return &advancedCodec{v8.Rooms.Of(r.h)}
	}
	return &jsonCodec{r}
}

// jsonCodec is JSON, a message a line.
type jsonCodec struct{ room *Room }

func (j *jsonCodec) encode(message goja.Value) []byte {
	return append(buffer.Append(nil, bind.ToString(j.room.print.Call(goja.Undefined(), message)), buffer.UTF8), '\n')
}

func (j *jsonCodec) split(data []byte) (message, rest []byte) {
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		return nil, data
	}
	return data[:i:i], data[i+1:]
}

func (j *jsonCodec) decode(message []byte) goja.Value {
	return j.room.parse.Call(goja.Undefined(), buffer.Decode(message, buffer.UTF8))
}

// advancedCodec is the format of v8.serialize behind a length of four bytes. What it has no form for goes
// as its properties, as in JSON.
type advancedCodec struct{ v8 *v8.Room }

func (a *advancedCodec) encode(message goja.Value) []byte {
	data := a.v8.AppendMessage(make([]byte, 4), message)
	binary.BigEndian.PutUint32(data, uint32(len(data)-4))
	return data
}

func (a *advancedCodec) split(data []byte) (message, rest []byte) {
	if len(data) < 4 {
		return nil, data
	}
	n := uint64(binary.BigEndian.Uint32(data)) + 4
	if uint64(len(data)) < n {
		return nil, data
	}
	return data[4:n:n], data[n:]
}

func (a *advancedCodec) decode(message []byte) goja.Value { return a.v8.ParseMessage(message) }
