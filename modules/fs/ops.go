package fs

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// operations is the table of all operations that have the three forms.
var operations []op

func init() {
	// Not a literal of the variable: the functions refer to it.
	operations = append(operations, pathOps...)
	operations = append(operations, fdOps...)
	operations = append(operations, statOps...)
	operations = append(operations, dirOps...)
	operations = append(operations, fileOps...)
}

// onPath makes an operation on one path.
func onPath(name, call string, max int, read func(r *Room, a args) func(path string) error) op {
	return op{name: name, min: max, max: max, prepare: func(r *Room, a args, _ form) work {
		p := r.path(a.at(0), "path")
		do := read(r, a)
		return void(func() *failure { return fail(do(p.sys), call, p.name) })
	}}
}

// onTwo makes an operation on two paths.
func onTwo(name, call, first, second string, do func(d disk, from, to string) error) op {
	return op{name: name, min: 2, max: 2, prepare: func(r *Room, a args, _ form) work {
		from, to := r.path(a.at(0), first), r.path(a.at(1), second)
		return void(func() *failure {
			if err := do(r.disk, from.sys, to.sys); err != nil {
				return &failure{err: err, call: call, path: from.name, dest: to.name}
			}
			return nil
		})
	}}
}

// onFD makes an operation on a descriptor.
func onFD(name, call string, min, max int, read func(r *Room, a args) func(fd int) error) op {
	return op{name: name, min: min, max: max, prepare: func(r *Room, a args, _ form) work {
		do := read(r, a)
		fd := r.fd(a.at(0))
		return void(func() *failure { return fail(do(fd), call, noPath) })
	}}
}

func withFirst(o op) op { o.pathFirst = true; return o }

var pathOps = []op{
	{name: "access", min: 1, max: 2, pathFirst: true, prepare: func(r *Room, a args, _ form) work {
		p := r.path(a.at(0), "path")
		mode := uint32(r.smallMode(a.at(1)))
		return void(func() *failure { return fail(r.disk.access(p.sys, mode), "access", p.name) })
	}},
	withFirst(onPath("chmod", "chmod", 2, func(r *Room, a args) func(string) error {
		mode := r.mode(a.at(1), "mode", -1)
		return func(p string) error { return r.disk.chmod(p, mode) }
	})),
	onPath("chown", "chown", 3, func(r *Room, a args) func(string) error {
		uid, gid := r.uid(a.at(1), "uid"), r.uid(a.at(2), "gid")
		return func(p string) error { return r.disk.chown(p, uid, gid) }
	}),
	onPath("lchown", "lchown", 3, func(r *Room, a args) func(string) error {
		uid, gid := r.uid(a.at(1), "uid"), r.uid(a.at(2), "gid")
		return func(p string) error { return r.disk.lchown(p, uid, gid) }
	}),
	onPath("utimes", "utime", 3, func(r *Room, a args) func(string) error {
		atime, mtime := timeOf(r.timeArg(a.at(1), "time")), timeOf(r.timeArg(a.at(2), "time"))
		return func(p string) error { return r.disk.utimes(p, atime, mtime) }
	}),
	onPath("lutimes", "lutime", 3, func(r *Room, a args) func(string) error {
		atime, mtime := timeOf(r.timeArg(a.at(1), "time")), timeOf(r.timeArg(a.at(2), "time"))
		return func(p string) error { return r.disk.lutimes(p, atime, mtime) }
	}),
	onPath("unlink", "unlink", 1, func(r *Room, _ args) func(string) error { return r.disk.unlink }),
	onTwo("link", "link", "existingPath", "newPath", func(d disk, from, to string) error { return d.link(from, to) }),
	onTwo("rename", "rename", "oldPath", "newPath", func(d disk, from, to string) error { return d.rename(from, to) }),
	{name: "symlink", min: 2, max: 3, prepare: func(r *Room, a args, _ form) work {
		target, p := r.path(a.at(0), "target"), r.path(a.at(1), "path")
		kind := 0
		if v := a.at(2); nodeerr.IsString(v) {
			switch v.String() {
			case "dir":
				kind = 1
			case "junction":
				kind = 2
			case "file":
			default:
				panic(r.h.Err.Coded(nodeerr.Error, "ERR_FS_INVALID_SYMLINK_TYPE", `Symlink type must be one of "dir", "file", or "junction". Received "`+v.String()+`"`))
			}
		}
		return void(func() *failure {
			if err := r.disk.symlink(target.name, p.sys, kind); err != nil {
				return &failure{err: err, call: "symlink", path: target.name, dest: p.name}
			}
			return nil
		})
	}},
	{name: "readlink", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		o := r.options(a.at(1))
		p := r.path(a.at(0), "oldPath")
		enc := o.encoding()
		return func() (result, *failure) {
			s, err := r.disk.readlink(p.sys)
			if err != nil {
				return nil, fail(err, "readlink", p.name)
			}
			return func(r *Room) goja.Value { return r.text(s, enc) }, nil
		}
	}},
	{name: "realpath", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		o := r.options(a.at(1))
		v := a.at(0)
		if _, isObject := v.(*goja.Object); !nodeerr.IsString(v) && !isObject {
			v = bind.String(v.String()) // as Node does here: p += ''
		}
		return r.realpath(r.path(v, "path"), o.encoding(), "lstat")
	}},
	{name: "realpath.native", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		o := r.options(a.at(1))
		return r.realpath(r.path(a.at(0), "path"), o.encoding(), "realpath")
	}},
	{name: "truncate", min: 1, max: 2, pathFirst: true, prepare: func(r *Room, a args, _ form) work {
		size := r.length(a.at(1))
		p := r.path(a.at(0), "path")
		return void(func() *failure {
			fd, err := r.disk.open(p.sys, oRDWR, 0o666)
			if err != nil {
				return fail(err, "open", p.name)
			}
			defer r.disk.close(fd)
			return fail(r.disk.ftruncate(fd, size), "ftruncate", noPath)
		})
	}},
}

// length reads the size for truncate.
func (r *Room) length(v goja.Value) int64 {
	if bind.IsUndefined(v) {
		return 0
	}
	return max(r.h.Err.ValidateInteger(v, "len", -nodeerr.MaxSafeInteger, nodeerr.MaxSafeInteger), 0)
}

// smallMode reads the mode of access and copyFile.
func (r *Room) smallMode(v goja.Value) int {
	if bind.IsNullish(v) {
		return 0
	}
	f := v.ToFloat()
	if !nodeerr.IsNumber(v) || f != math.Trunc(f) {
		panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", "mode must be int32 or null/undefined"))
	}
	if f < 0 || f > 7 {
		panic(r.h.Err.Coded(nodeerr.RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7"))
	}
	return int(f)
}

// realpath follows all links. Node's own way names the part that is missing, the system's does not.
func (r *Room) realpath(p file, enc, call string) work {
	full := p.sys
	if !filepath.IsAbs(full) {
		full = filepath.Clean(r.h.Abs(full))
	}
	return func() (result, *failure) {
		s, f := "", (*failure)(nil)
		if call == "lstat" {
			s, f = resolveLinks(r.disk, filepath.Clean(full))
		} else {
			var err error
			s, err = r.disk.realpath(full)
			if err = bare(err); err != nil && strings.Contains(err.Error(), "too many links") {
				err = syscall.ELOOP
			}
			f = fail(err, call, p.name)
		}
		if f != nil {
			return nil, f
		}
		return func(r *Room) goja.Value { return r.text(s, enc) }, nil
	}
}

// resolveLinks is Node's realpath: part by part, and what stat says of a link counts.
func resolveLinks(d disk, p string) (string, *failure) {
	sep := string(filepath.Separator)
	root := filepath.VolumeName(p) + sep
	done, rest := root, strings.TrimPrefix(p, root)
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, sep)
		if part == "" {
			continue
		}
		next := filepath.Join(done, part)
		s, err := d.lstat(next)
		if err != nil {
			return "", fail(err, "lstat", next)
		}
		if s.kind() != sIFLNK {
			done = next
			continue
		}
		s, err = d.stat(next)
		if err != nil {
			return "", fail(err, "stat", next)
		}
		target, err := d.readlink(next)
		if err != nil {
			return "", fail(err, "readlink", next)
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(done, target)
		}
		if kind := s.kind(); kind == sIFIFO || kind == sIFSOCK {
			return target, nil // of a descriptor in /proc: a name like pipe:[1], which is no file's
		}
		// The target may go through links itself.
		done, rest = root, strings.TrimPrefix(filepath.Join(filepath.Clean(target), rest), root)
	}
	return done, nil
}

var fdOps = []op{
	onFD("close", "close", 1, 1, func(r *Room, _ args) func(int) error { return r.disk.close }),
	onFD("fsync", "fsync", 1, 1, func(r *Room, _ args) func(int) error { return r.disk.fsync }),
	onFD("fdatasync", "fdatasync", 1, 1, func(r *Room, _ args) func(int) error { return r.disk.fdatasync }),
	withFirst(onFD("fchmod", "fchmod", 2, 2, func(r *Room, a args) func(int) error {
		mode := r.mode(a.at(1), "mode", -1)
		return func(fd int) error { return r.disk.fchmod(fd, mode) }
	})),
	withFirst(onFD("fchown", "fchown", 3, 3, func(r *Room, a args) func(int) error {
		uid, gid := r.uid(a.at(1), "uid"), r.uid(a.at(2), "gid")
		return func(fd int) error { return r.disk.fchown(fd, uid, gid) }
	})),
	withFirst(onFD("futimes", "futime", 3, 3, func(r *Room, a args) func(int) error {
		atime, mtime := timeOf(r.timeArg(a.at(1), "atime")), timeOf(r.timeArg(a.at(2), "mtime"))
		return func(fd int) error { return r.disk.futimes(fd, atime, mtime) }
	})),
	withFirst(onFD("ftruncate", "ftruncate", 1, 2, func(r *Room, a args) func(int) error {
		size := r.length(a.at(1))
		return func(fd int) error { return r.disk.ftruncate(fd, size) }
	})),
}

// onStat makes one of the stat operations.
func onStat(name string, read func(d disk, p string) (stat, error)) op {
	return op{name: name, min: 1, max: 2, prepare: func(r *Room, a args, f form) work {
		p := r.path(a.at(0), "path")
		asBig := bind.Truthy(bind.Property(a.at(1), "bigint"))
		quiet := f == syncForm && bind.Property(a.at(1), "throwIfNoEntry") == bind.False
		return func() (result, *failure) {
			s, err := read(r.disk, p.sys)
			if err != nil {
				if quiet && errors.Is(err, os.ErrNotExist) {
					return nil, nil
				}
				return nil, fail(err, name, p.name)
			}
			return func(r *Room) goja.Value { return r.newStats(&s, asBig) }, nil
		}
	}}
}

var statOps = []op{
	onStat("stat", func(d disk, p string) (stat, error) { return d.stat(p) }),
	onStat("lstat", func(d disk, p string) (stat, error) { return d.lstat(p) }),
	{name: "fstat", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		fd := r.fd(a.at(0))
		asBig := bind.Truthy(bind.Property(a.at(1), "bigint"))
		return func() (result, *failure) {
			s, err := r.disk.fstat(fd)
			if err != nil {
				return nil, fail(err, "fstat", noPath)
			}
			return func(r *Room) goja.Value { return r.newStats(&s, asBig) }, nil
		}
	}},
	{name: "statfs", min: 1, max: 2, prepare: func(r *Room, a args, _ form) work {
		p := r.path(a.at(0), "path")
		asBig := bind.Truthy(bind.Property(a.at(1), "bigint"))
		return func() (result, *failure) {
			v, err := r.disk.statFS(p.sys)
			if err != nil {
				return nil, fail(err, "statfs", p.name)
			}
			return func(r *Room) goja.Value { return r.newStatFS(v, asBig) }, nil
		}
	}},
}
