//go:build unix

package sock

import "syscall"

// errnoOf is libuv's number for e: the negated one of the system.
func errnoOf(e syscall.Errno) int { return -int(e) }

// errnoTable has what sockets can answer, with libuv's texts (uv-errno).
var errnoTable = [...]struct {
	errno  syscall.Errno
	code   string
	reason string
}{
	{syscall.ECONNREFUSED, "ECONNREFUSED", "connection refused"},
	{syscall.ECONNRESET, "ECONNRESET", "connection reset by peer"},
	{syscall.EPIPE, "EPIPE", "broken pipe"},
	{syscall.EADDRINUSE, "EADDRINUSE", "address already in use"},
	{syscall.EADDRNOTAVAIL, "EADDRNOTAVAIL", "address not available"},
	{syscall.EAFNOSUPPORT, "EAFNOSUPPORT", "address family not supported"},
	{syscall.EACCES, "EACCES", "permission denied"},
	{syscall.EPERM, "EPERM", "operation not permitted"},
	{syscall.ETIMEDOUT, "ETIMEDOUT", "connection timed out"},
	{syscall.EHOSTUNREACH, "EHOSTUNREACH", "host is unreachable"},
	{syscall.EHOSTDOWN, "EHOSTDOWN", "host is down"},
	{syscall.ENETUNREACH, "ENETUNREACH", "network is unreachable"},
	{syscall.ENETDOWN, "ENETDOWN", "network is down"},
	{syscall.ENOTCONN, "ENOTCONN", "socket is not connected"},
	{syscall.EISCONN, "EISCONN", "socket is already connected"},
	{syscall.ECONNABORTED, "ECONNABORTED", "software caused connection abort"},
	{syscall.EALREADY, "EALREADY", "connection already in progress"},
	{syscall.ECANCELED, "ECANCELED", "operation canceled"},
	{syscall.EMFILE, "EMFILE", "too many open files"},
	{syscall.ENFILE, "ENFILE", "file table overflow"},
	{syscall.ENOBUFS, "ENOBUFS", "no buffer space available"},
	{syscall.ENOMEM, "ENOMEM", "not enough memory"},
	{syscall.ENOENT, "ENOENT", "no such file or directory"},
	{syscall.ENOTDIR, "ENOTDIR", "not a directory"},
	{syscall.EISDIR, "EISDIR", "illegal operation on a directory"},
	{syscall.EEXIST, "EEXIST", "file already exists"},
	{syscall.ENOTSOCK, "ENOTSOCK", "socket operation on non-socket"},
	{syscall.EOPNOTSUPP, "ENOTSUP", "operation not supported on socket"},
	{syscall.EPROTO, "EPROTO", "protocol error"},
	{syscall.EPROTONOSUPPORT, "EPROTONOSUPPORT", "protocol not supported"},
	{syscall.EPROTOTYPE, "EPROTOTYPE", "protocol wrong type for socket"},
	{syscall.EDESTADDRREQ, "EDESTADDRREQ", "destination address required"},
	{syscall.EMSGSIZE, "EMSGSIZE", "message too long"},
	{syscall.ENAMETOOLONG, "ENAMETOOLONG", "name too long"},
	{syscall.ELOOP, "ELOOP", "too many symbolic links encountered"},
	{syscall.EROFS, "EROFS", "read-only file system"},
	{syscall.EAGAIN, "EAGAIN", "resource temporarily unavailable"},
	{syscall.EBUSY, "EBUSY", "resource busy or locked"},
	{syscall.EBADF, "EBADF", "bad file descriptor"},
	{syscall.EINVAL, "EINVAL", "invalid argument"},
	{syscall.EINTR, "EINTR", "interrupted system call"},
	{syscall.EFAULT, "EFAULT", "bad address in system call argument"},
	{syscall.EIO, "EIO", "i/o error"},
	{syscall.ENODEV, "ENODEV", "no such device"},
	{syscall.ENOSYS, "ENOSYS", "function not implemented"},
}
