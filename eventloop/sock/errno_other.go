//go:build !unix

package sock

import "syscall"

// errnoOf is libuv's number for e on Windows, where the system's own numbers are not used.
func errnoOf(e syscall.Errno) int {
	for i := range errnoTable {
		if errnoTable[i].errno == e {
			return errnoTable[i].number
		}
	}
	return -4094
}

// errnoTable has what sockets can answer, with libuv's texts and numbers: Winsock's codes, and
// those that package syscall invents for portable programs.
var errnoTable = [...]struct {
	errno  syscall.Errno
	code   string
	number int
	reason string
}{
	{10061, "ECONNREFUSED", -4078, "connection refused"},
	{10054, "ECONNRESET", -4077, "connection reset by peer"},
	{10058, "EPIPE", -4047, "broken pipe"},
	{10048, "EADDRINUSE", -4091, "address already in use"},
	{10049, "EADDRNOTAVAIL", -4090, "address not available"},
	{10047, "EAFNOSUPPORT", -4089, "address family not supported"},
	{10013, "EACCES", -4092, "permission denied"},
	{10060, "ETIMEDOUT", -4039, "connection timed out"},
	{10065, "EHOSTUNREACH", -4073, "host is unreachable"},
	{10051, "ENETUNREACH", -4062, "network is unreachable"},
	{10057, "ENOTCONN", -4053, "socket is not connected"},
	{10053, "ECONNABORTED", -4079, "software caused connection abort"},
	{10024, "EMFILE", -4066, "too many open files"},
	{10055, "ENOBUFS", -4060, "no buffer space available"},
	{10022, "EINVAL", -4071, "invalid argument"},
	{2, "ENOENT", -4058, "no such file or directory"},
	{5, "EPERM", -4048, "operation not permitted"},
	{109, "EPIPE", -4047, "broken pipe"},
	{syscall.ECONNREFUSED, "ECONNREFUSED", -4078, "connection refused"},
	{syscall.ECONNRESET, "ECONNRESET", -4077, "connection reset by peer"},
	{syscall.EPIPE, "EPIPE", -4047, "broken pipe"},
	{syscall.EADDRINUSE, "EADDRINUSE", -4091, "address already in use"},
	{syscall.ETIMEDOUT, "ETIMEDOUT", -4039, "connection timed out"},
	{syscall.ECANCELED, "ECANCELED", -4081, "operation canceled"},
	{syscall.EMFILE, "EMFILE", -4066, "too many open files"},
	{syscall.ENFILE, "ENFILE", -4061, "file table overflow"},
	{syscall.EBADF, "EBADF", -4083, "bad file descriptor"},
	{syscall.EINVAL, "EINVAL", -4071, "invalid argument"},
	{syscall.ENOTSUP, "ENOTSUP", -4049, "operation not supported on socket"},
}
