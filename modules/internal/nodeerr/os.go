package nodeerr

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/dop251/goja"
)

// uvError is one row of libuv's table of errors.
type uvError struct {
	name, text string
}

// uvErrors are libuv's names and texts (uv.h, UV_ERRNO_MAP) by the system's number.
var uvErrors = map[syscall.Errno]uvError{
	syscall.E2BIG:           {"E2BIG", "argument list too long"},
	syscall.EACCES:          {"EACCES", "permission denied"},
	syscall.EADDRINUSE:      {"EADDRINUSE", "address already in use"},
	syscall.EADDRNOTAVAIL:   {"EADDRNOTAVAIL", "address not available"},
	syscall.EAFNOSUPPORT:    {"EAFNOSUPPORT", "address family not supported"},
	syscall.EAGAIN:          {"EAGAIN", "resource temporarily unavailable"},
	syscall.EALREADY:        {"EALREADY", "connection already in progress"},
	syscall.EBADF:           {"EBADF", "bad file descriptor"},
	syscall.EBUSY:           {"EBUSY", "resource busy or locked"},
	syscall.ECANCELED:       {"ECANCELED", "operation canceled"},
	syscall.ECONNABORTED:    {"ECONNABORTED", "software caused connection abort"},
	syscall.ECONNREFUSED:    {"ECONNREFUSED", "connection refused"},
	syscall.ECONNRESET:      {"ECONNRESET", "connection reset by peer"},
	syscall.EDESTADDRREQ:    {"EDESTADDRREQ", "destination address required"},
	syscall.EEXIST:          {"EEXIST", "file already exists"},
	syscall.EFAULT:          {"EFAULT", "bad address in system call argument"},
	syscall.EFBIG:           {"EFBIG", "file too large"},
	syscall.EHOSTUNREACH:    {"EHOSTUNREACH", "host is unreachable"},
	syscall.EINTR:           {"EINTR", "interrupted system call"},
	syscall.EINVAL:          {"EINVAL", "invalid argument"},
	syscall.EIO:             {"EIO", "i/o error"},
	syscall.EISCONN:         {"EISCONN", "socket is already connected"},
	syscall.EISDIR:          {"EISDIR", "illegal operation on a directory"},
	syscall.ELOOP:           {"ELOOP", "too many symbolic links encountered"},
	syscall.EMFILE:          {"EMFILE", "too many open files"},
	syscall.EMSGSIZE:        {"EMSGSIZE", "message too long"},
	syscall.ENAMETOOLONG:    {"ENAMETOOLONG", "name too long"},
	syscall.ENETDOWN:        {"ENETDOWN", "network is down"},
	syscall.ENETUNREACH:     {"ENETUNREACH", "network is unreachable"},
	syscall.ENFILE:          {"ENFILE", "file table overflow"},
	syscall.ENOBUFS:         {"ENOBUFS", "no buffer space available"},
	syscall.ENODEV:          {"ENODEV", "no such device"},
	syscall.ENOENT:          {"ENOENT", "no such file or directory"},
	syscall.ENOMEM:          {"ENOMEM", "not enough memory"},
	syscall.ENOPROTOOPT:     {"ENOPROTOOPT", "protocol not available"},
	syscall.ENOSPC:          {"ENOSPC", "no space left on device"},
	syscall.ENOSYS:          {"ENOSYS", "function not implemented"},
	syscall.ENOTCONN:        {"ENOTCONN", "socket is not connected"},
	syscall.ENOTDIR:         {"ENOTDIR", "not a directory"},
	syscall.ENOTEMPTY:       {"ENOTEMPTY", "directory not empty"},
	syscall.ENOTSOCK:        {"ENOTSOCK", "socket operation on non-socket"},
	syscall.ENOTSUP:         {"ENOTSUP", "operation not supported on socket"},
	syscall.ENOTTY:          {"ENOTTY", "inappropriate ioctl for device"},
	syscall.ENXIO:           {"ENXIO", "no such device or address"},
	syscall.EOVERFLOW:       {"EOVERFLOW", "value too large for defined data type"},
	syscall.EPERM:           {"EPERM", "operation not permitted"},
	syscall.EPIPE:           {"EPIPE", "broken pipe"},
	syscall.EPROTO:          {"EPROTO", "protocol error"},
	syscall.EPROTONOSUPPORT: {"EPROTONOSUPPORT", "protocol not supported"},
	syscall.EPROTOTYPE:      {"EPROTOTYPE", "protocol wrong type for socket"},
	syscall.ERANGE:          {"ERANGE", "result too large"},
	syscall.EROFS:           {"EROFS", "read-only file system"},
	syscall.ESPIPE:          {"ESPIPE", "invalid seek"},
	syscall.ESRCH:           {"ESRCH", "no such process"},
	syscall.ETIMEDOUT:       {"ETIMEDOUT", "connection timed out"},
	syscall.ETXTBSY:         {"ETXTBSY", "text file is busy"},
	syscall.EXDEV:           {"EXDEV", "cross-device link not permitted"},
}

// SystemError returns the name and text that libuv has for its error number, which may have lost its sign.
func SystemError(errno int) (name, text string, ok bool) {
	u, ok := errorOf(errno)
	return u.name, u.text, ok
}

// Number returns libuv's number of an error: the negated one of the system, but on Windows.
func Number(n syscall.Errno) int { return numberOf(n, uvErrors[n].name) }

// Errno returns the system's error number inside a Go error, as the names of package syscall have it; ok is
// false if there is none.
func Errno(err error) (n syscall.Errno, ok bool) {
	if errors.As(err, &n) {
		return portable(n), true
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return syscall.ENOENT, true
	case errors.Is(err, fs.ErrExist):
		return syscall.EEXIST, true
	case errors.Is(err, fs.ErrPermission):
		return syscall.EACCES, true
	case errors.Is(err, os.ErrClosed):
		return syscall.EBADF, true
	case errors.Is(err, context.Canceled):
		return syscall.ECANCELED, true
	}
	return 0, false
}

// FromOS returns the Error for a failed system call as Node's fs makes it: "ENOENT: no such file or
// directory, open 'x'". path and dest may be empty.
func (e *Errors) FromOS(err error, syscallName, path, dest string) *goja.Object {
	if denied := (*Denied)(nil); errors.As(err, &denied) {
		return e.Denied(denied)
	}
	n, ok := Errno(err)
	u, known := uvErrors[n]
	if !ok || !known {
		u = uvError{"UNKNOWN", err.Error()}
	}
	msg := u.name + ": " + u.text + ", " + syscallName
	if path != "" {
		msg += " '" + path + "'"
	}
	if dest != "" {
		msg += " -> '" + dest + "'"
	}
	return e.System(System{Code: u.name, Errno: Number(n), Syscall: syscallName, Message: msg, Path: path, Dest: dest})
}
