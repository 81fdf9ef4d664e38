package fs

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// rmOptions are the options of rm and rmdir.
type rmOptions struct {
	recursive, force bool
	retries          int
	delay            time.Duration
}

func (r *Room) rmOptions(v goja.Value) (o rmOptions) {
	o.delay = 100 * time.Millisecond
	if bind.IsUndefined(v) {
		return o
	}
	obj := options{r: r, o: r.h.Err.ValidateObject(v, "options")}
	o.recursive = obj.boolean("recursive", false)
	if d := obj.get("retryDelay"); !bind.IsUndefined(d) {
		o.delay = time.Duration(r.h.Err.ValidateInteger(d, "options.retryDelay", 0, math.MaxInt32)) * time.Millisecond
	}
	if n := obj.get("maxRetries"); !bind.IsUndefined(n) {
		o.retries = int(r.h.Err.ValidateUint32(n, "options.maxRetries", false))
	}
	o.force = obj.boolean("force", false)
	return o
}

// removeAll removes a file, or a directory with all below it. What is gone already is no failure.
// Node retries what a virus scanner or an open file may hinder for a moment.
func removeAll(p file, o rmOptions) *failure {
	for try := 0; ; try++ {
		f := removeOnce(p, o)
		if f == nil || try >= o.retries {
			return f
		}
		switch f.err {
		case syscall.EBUSY, syscall.EMFILE, syscall.ENFILE, syscall.ENOTEMPTY, syscall.EPERM:
			time.Sleep(time.Duration(try+1) * o.delay)
		default:
			return f
		}
	}
}

func removeOnce(p file, o rmOptions) *failure {
	s, err := p.disk.lstat(p.sys)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return fail(err, "lstat", p.name)
	}
	if !s.isDir() {
		return ignoreGone(p.disk.unlink(p.sys), "unlink", p.name)
	}
	list, err := p.disk.readDir(p.sys)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fail(bare(err), "scandir", p.name)
	}
	for _, e := range list {
		if f := removeAll(p.in(e.Name()), o); f != nil {
			return f
		}
	}
	return ignoreGone(p.disk.rmdir(p.sys), "rmdir", p.name)
}

func ignoreGone(err error, call, path string) *failure {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return fail(err, call, path)
}

// copyFile copies one file; mode holds COPYFILE_EXCL. A copy of a file to itself does nothing.
func copyFile(from, to file, mode int) *failure {
	if err := to.disk.copyFile(from.sys, to.sys, mode&1 != 0); err != nil {
		return &failure{err: bare(err), call: "copyfile", path: from.name, dest: to.name}
	}
	return nil
}

// cpOptions are the options of cp.
type cpOptions struct {
	dereference, errorOnExist, force, preserve, recursive, verbatim bool
	mode                                                            int
	filter                                                          func(from, to string) (bool, *failure) // nil: all
}

// copyTree is cp: Node v20 lib/internal/fs/cp/cp-sync.js.
func copyTree(from, to file, o *cpOptions, top bool) *failure {
	if o.filter != nil {
		if yes, f := o.filter(from.name, to.name); f != nil || !yes {
			return f
		}
	}
	look := from.disk.lstat
	if o.dereference {
		look = from.disk.stat
	}
	s, err := look(from.sys)
	if err != nil {
		return fail(err, "lstat", from.name)
	}
	d, err := look(to.sys)
	exists := err == nil
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fail(err, "lstat", to.name)
	}
	if exists {
		switch {
		case s.ino == d.ino && s.dev == d.dev && s.ino != 0:
			return systemFailure("ERR_FS_CP_EINVAL", "Invalid src or dest", "cp", "EINVAL", "src and dest cannot be the same", to.name, syscall.EINVAL)
		case s.isDir() && !d.isDir():
			return systemFailure("ERR_FS_CP_DIR_TO_NON_DIR", "Cannot overwrite non-directory with directory", "cp", "EISDIR",
				"cannot overwrite non-directory "+to.name+" with directory "+from.name, to.name, syscall.EISDIR)
		case !s.isDir() && d.isDir():
			return systemFailure("ERR_FS_CP_NON_DIR_TO_DIR", "Cannot overwrite directory with non-directory", "cp", "ENOTDIR",
				"cannot overwrite directory "+to.name+" with non-directory "+from.name, to.name, syscall.ENOTDIR)
		}
	}
	if top {
		if s.isDir() && inside(from.sys, to.sys) {
			return systemFailure("ERR_FS_CP_EINVAL", "Invalid src or dest", "cp", "EINVAL",
				"cannot copy "+from.name+" to a subdirectory of self "+to.name, to.name, syscall.EINVAL)
		}
		if f := checkParents(from, to, &s); f != nil {
			return f
		}
		if _, err := mkdirAll(to.disk, filepath.Dir(to.sys), 0o777); err != nil {
			return fail(err, "mkdir", filepath.Dir(to.name))
		}
	}
	switch s.kind() {
	case sIFDIR:
		return copyDir(from, to, &s, exists, o)
	case sIFLNK:
		return copyLink(from, to, exists, o)
	case sIFREG, sIFCHR, sIFBLK:
	case sIFSOCK:
		return systemFailure("ERR_FS_CP_SOCKET", "Cannot copy a socket file", "cp", "EINVAL", "cannot copy a socket file: "+to.name, to.name, syscall.EINVAL)
	case sIFIFO:
		return systemFailure("ERR_FS_CP_FIFO_PIPE", "Cannot copy a FIFO pipe", "cp", "EINVAL", "cannot copy a FIFO pipe: "+to.name, to.name, syscall.EINVAL)
	}
	if exists {
		if !o.force {
			if o.errorOnExist {
				return systemFailure("ERR_FS_CP_EEXIST", "Target already exists", "cp", "EEXIST", to.name+" already exists", to.name, syscall.EEXIST)
			}
			return nil
		}
		if err := to.disk.unlink(to.sys); err != nil {
			return fail(err, "unlink", to.name)
		}
	}
	if f := copyFile(from, to, o.mode); f != nil {
		return f
	}
	if o.preserve {
		return fail(to.disk.utimes(to.sys, time.Unix(s.atime.sec, s.atime.nsec), time.Unix(s.mtime.sec, s.mtime.nsec)), "utime", to.name)
	}
	return nil
}

func inside(dir, p string) bool {
	a, err1 := filepath.Abs(dir)
	b, err2 := filepath.Abs(p)
	return err1 == nil && err2 == nil && strings.HasPrefix(b, a+string(filepath.Separator))
}

// checkParents refuses a destination below the source, reached over a link: copying would never end.
//
// Node v20 lib/internal/fs/cp/cp-sync.js: checkParentPathsSync.
func checkParents(from, to file, s *stat) *failure {
	first, err := filepath.Abs(filepath.Dir(from.sys))
	if err != nil {
		return fail(err, "cp", from.name)
	}
	dir, err := filepath.Abs(filepath.Dir(to.sys))
	if err != nil {
		return fail(err, "cp", to.name)
	}
	for ; dir != first && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		d, err := to.disk.stat(dir)
		if err != nil {
			continue // not there yet, or not for us to see
		}
		if s.ino == d.ino && s.dev == d.dev && s.ino != 0 {
			return systemFailure("ERR_FS_CP_EINVAL", "Invalid src or dest", "cp", "EINVAL",
				"cannot copy "+from.name+" to a subdirectory of self "+to.name, to.name, syscall.EINVAL)
		}
	}
	return nil
}

// replaceLink makes room for a link to target. What is there and no link stays, so that making the
// link fails; so does what would lose its own content by it.
//
// Node v20 lib/internal/fs/cp/cp-sync.js: onLink.
func replaceLink(to file, target string) *failure {
	old, err := to.disk.readlink(to.sys)
	if errors.Is(err, syscall.EINVAL) {
		return nil
	}
	if err != nil {
		return fail(err, "readlink", to.name)
	}
	if !filepath.IsAbs(old) {
		if dir, err := filepath.Abs(filepath.Dir(to.sys)); err == nil {
			old = filepath.Join(dir, old)
		}
	}
	if old == target || inside(target, old) {
		return systemFailure("ERR_FS_CP_EINVAL", "Invalid src or dest", "cp", "EINVAL",
			"cannot copy "+target+" to a subdirectory of self "+old, to.name, syscall.EINVAL)
	}
	s, err := to.disk.stat(to.sys)
	if err != nil {
		return fail(err, "stat", to.name)
	}
	if s.isDir() && inside(old, target) {
		return systemFailure("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", "Cannot overwrite symlink in subdirectory of self", "cp", "EINVAL",
			"cannot overwrite "+old+" with "+target, to.name, syscall.EINVAL)
	}
	return fail(to.disk.unlink(to.sys), "unlink", to.name)
}

func copyDir(from, to file, s *stat, exists bool, o *cpOptions) *failure {
	if !o.recursive {
		return systemFailure("ERR_FS_EISDIR", "Path is a directory", "cp", "EISDIR",
			from.name+" is a directory (not copied)", from.name, syscall.EINVAL)
	}
	if !exists {
		if err := to.disk.mkdir(to.sys, 0o777); err != nil {
			return fail(err, "mkdir", to.name)
		}
	}
	list, err := from.disk.readDir(from.sys)
	if err != nil {
		return fail(bare(err), "opendir", from.name)
	}
	for _, e := range list {
		if f := copyTree(from.in(e.Name()), to.in(e.Name()), o, false); f != nil {
			return f
		}
	}
	if !exists {
		return fail(to.disk.chmod(to.sys, uint32(s.mode&0o7777)), "chmod", to.name)
	}
	return nil
}

func copyLink(from, to file, exists bool, o *cpOptions) *failure {
	target, err := from.disk.readlink(from.sys)
	if err != nil {
		return fail(err, "readlink", from.name)
	}
	if !o.verbatim && !filepath.IsAbs(target) {
		if dir, err := filepath.Abs(filepath.Dir(from.sys)); err == nil {
			target = filepath.Join(dir, target)
		}
	}
	if exists {
		if f := replaceLink(to, target); f != nil {
			return f
		}
	}
	if err := to.disk.symlink(target, to.sys, 0); err != nil {
		return &failure{err: err, call: "symlink", path: target, dest: to.name}
	}
	return nil
}
