package childprocess

import (
	"io"
	"os"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// stdioKind is what becomes of one descriptor of a child.
type stdioKind uint8

const (
	stdioIgnore stdioKind = iota // /dev/null below 3, else nothing
	stdioPipe
	stdioIPC
	stdioFD   // a descriptor of this process
	stdioWrap // that of a socket
)

// stdio is one element of the option, checked.
type stdio struct {
	kind   stdioKind
	fd     int
	stream *goja.Object // of stdioWrap
	input  goja.Value   // spawnSync: what to write
}

// shortcut returns the array that a string stands for.
func (r *Room) shortcut(v goja.Value) []any {
	switch s := v.String(); s {
	case "ignore", "pipe", "overlapped":
		return []any{s, s, s}
	case "inherit":
		return []any{0, 1, 2}
	}
	panic(r.h.Err.InvalidArgValue("stdio", v, ""))
}

// validStdio checks the option.
//
// Node v20 lib/internal/child_process.js: getValidStdio.
func (r *Room) validStdio(v goja.Value, sync bool) (all []stdio, ipc int) {
	ipc = -1
	if !bind.Truthy(v) {
		v = bind.String("pipe")
	}
	var items []goja.Value
	if nodeerr.IsString(v) {
		items = list(r.h.VM.NewArray(r.shortcut(v)...))
	} else if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		items = list(o)
	} else {
		panic(r.h.Err.InvalidArgValue("stdio", v, ""))
	}
	for len(items) < 3 {
		items = append(items, goja.Undefined())
	}
	for i, v := range items {
		if bind.IsNullish(v) {
			v = bind.String("ignore")
			if i < 3 {
				v = bind.String("pipe")
			}
		}
		s := stdio{fd: -1}
		name := ""
		if nodeerr.IsString(v) {
			name = v.String()
		}
		switch {
		case name == "ignore":
		case name == "pipe", name == "overlapped", nodeerr.IsNumber(v) && v.ToFloat() < 0:
			s.kind = stdioPipe
		case name == "ipc":
			if sync {
				r.h.Err.Throw("ERR_IPC_SYNC_FORK")
			}
			if ipc >= 0 {
				r.h.Err.Throw("ERR_IPC_ONE_PIPE")
			}
			s.kind, ipc = stdioIPC, i
		case name == "inherit":
			s.kind, s.fd = stdioFD, i
		case nodeerr.IsNumber(v):
			s.kind, s.fd = stdioFD, int(v.ToInteger())
		case nodeerr.IsNumber(bind.Property(v, "fd")):
			s.kind, s.fd = stdioFD, int(bind.Property(v, "fd").ToInteger())
		case nodeerr.IsNumber(bind.Property(bind.Property(v, "_handle"), "fd")):
			s.kind, s.stream = stdioWrap, v.(*goja.Object)
			s.fd = int(bind.Property(bind.Property(v, "_handle"), "fd").ToInteger())
		default:
			_, isBytes := buffer.Bytes(v)
			switch {
			case !isBytes && name == "" && !nodeerr.IsString(v):
				panic(r.h.Err.InvalidArgValue("stdio", v, ""))
			case !sync:
				r.h.Err.Throw("ERR_INVALID_SYNC_FORK_INPUT", r.h.Err.Inspect(v))
			}
			// Node forgets such an element, so that the next takes its place.
			continue
		}
		if o, ok := v.(*goja.Object); ok && sync {
			s.input = bind.Property(o, "input")
		}
		all = append(all, s)
	}
	return all, ipc
}

// own returns the descriptor of this process that a child's inherited fd means: 0, 1 and 2 are what
// the embedder gave. Where that is no file, w is where the child's output goes, and fd is -1.
func (r *Room) own(fd int) (n int, w io.Writer) {
	var given any
	switch fd {
	case 0:
		given = r.h.Settings.Stdin
	case 1:
		given = r.h.Settings.Stdout
	case 2:
		given = r.h.Settings.Stderr
	default:
		return fd, nil
	}
	if f, ok := given.(*os.File); ok {
		if raw, err := f.SyscallConn(); err == nil {
			n = -1
			_ = raw.Control(func(fd uintptr) { n = int(fd) })
			return n, nil
		}
	}
	w, ok := given.(io.Writer)
	if !ok || fd == 0 {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "stdio 'inherit' of a standard input that is no file")
	}
	return -1, w
}
