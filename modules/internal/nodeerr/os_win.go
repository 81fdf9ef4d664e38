//go:build windows

package nodeerr

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// winErrors are the errors of Windows that have one of libuv's (uv_translate_sys_error in win/error.c).
var winErrors = map[syscall.Errno]syscall.Errno{
	windows.ERROR_ACCESS_DENIED: syscall.EPERM, windows.ERROR_PRIVILEGE_NOT_HELD: syscall.EPERM,
	windows.ERROR_NOACCESS: syscall.EACCES, windows.ERROR_ELEVATION_REQUIRED: syscall.EACCES, windows.ERROR_CANT_ACCESS_FILE: syscall.EACCES, windows.WSAEACCES: syscall.EACCES,
	windows.ERROR_INVALID_FLAGS: syscall.EBADF, windows.ERROR_INVALID_HANDLE: syscall.EBADF,
	windows.ERROR_LOCK_VIOLATION: syscall.EBUSY, windows.ERROR_PIPE_BUSY: syscall.EBUSY, windows.ERROR_SHARING_VIOLATION: syscall.EBUSY,
	windows.ERROR_OPERATION_ABORTED: syscall.ECANCELED,
	windows.ERROR_NETNAME_DELETED:   syscall.ECONNRESET, windows.WSAECONNRESET: syscall.ECONNRESET,
	windows.ERROR_CONNECTION_ABORTED: syscall.ECONNABORTED, windows.WSAECONNABORTED: syscall.ECONNABORTED,
	windows.ERROR_CONNECTION_REFUSED: syscall.ECONNREFUSED, windows.WSAECONNREFUSED: syscall.ECONNREFUSED,
	windows.ERROR_ALREADY_EXISTS: syscall.EEXIST, windows.ERROR_FILE_EXISTS: syscall.EEXIST,
	windows.ERROR_BUFFER_OVERFLOW: syscall.EFAULT, windows.WSAEFAULT: syscall.EFAULT,
	windows.ERROR_HOST_UNREACHABLE: syscall.EHOSTUNREACH, windows.WSAEHOSTUNREACH: syscall.EHOSTUNREACH,
	windows.ERROR_INSUFFICIENT_BUFFER: syscall.EINVAL, windows.ERROR_INVALID_DATA: syscall.EINVAL, windows.ERROR_INVALID_PARAMETER: syscall.EINVAL,
	windows.ERROR_SYMLINK_NOT_SUPPORTED: syscall.EINVAL, windows.ERROR_NOT_A_REPARSE_POINT: syscall.EINVAL, windows.WSAEINVAL: syscall.EINVAL,
	windows.ERROR_CRC: syscall.EIO, windows.ERROR_DISK_CORRUPT: syscall.EIO, windows.ERROR_GEN_FAILURE: syscall.EIO, windows.ERROR_IO_DEVICE: syscall.EIO,
	windows.ERROR_INVALID_FUNCTION:        syscall.EISDIR,
	windows.ERROR_CANT_RESOLVE_FILENAME:   syscall.ELOOP,
	windows.ERROR_TOO_MANY_OPEN_FILES:     syscall.EMFILE,
	windows.WSAEMFILE:                     syscall.EMFILE,
	windows.ERROR_FILENAME_EXCED_RANGE:    syscall.ENAMETOOLONG,
	windows.ERROR_NETWORK_UNREACHABLE:     syscall.ENETUNREACH,
	windows.ERROR_BAD_PATHNAME:            syscall.ENOENT,
	windows.ERROR_ENVVAR_NOT_FOUND:        syscall.ENOENT,
	windows.ERROR_FILE_NOT_FOUND:          syscall.ENOENT,
	windows.ERROR_INVALID_DRIVE:           syscall.ENOENT,
	windows.ERROR_INVALID_NAME:            syscall.ENOENT,
	windows.ERROR_INVALID_REPARSE_DATA:    syscall.ENOENT,
	windows.ERROR_MOD_NOT_FOUND:           syscall.ENOENT,
	windows.ERROR_PATH_NOT_FOUND:          syscall.ENOENT,
	windows.ERROR_NOT_ENOUGH_MEMORY:       syscall.ENOMEM,
	windows.ERROR_OUTOFMEMORY:             syscall.ENOMEM,
	windows.ERROR_CANNOT_MAKE:             syscall.ENOSPC,
	windows.ERROR_DISK_FULL:               syscall.ENOSPC,
	windows.ERROR_HANDLE_DISK_FULL:        syscall.ENOSPC,
	windows.ERROR_NOT_CONNECTED:           syscall.ENOTCONN,
	windows.WSAENOTCONN:                   syscall.ENOTCONN,
	windows.ERROR_DIRECTORY:               syscall.ENOTDIR,
	windows.ERROR_DIR_NOT_EMPTY:           syscall.ENOTEMPTY,
	windows.ERROR_NOT_SUPPORTED:           syscall.ENOTSUP,
	windows.ERROR_BAD_PIPE:                syscall.EPIPE,
	windows.ERROR_BROKEN_PIPE:             syscall.EPIPE,
	windows.ERROR_NO_DATA:                 syscall.EPIPE,
	windows.ERROR_PIPE_NOT_CONNECTED:      syscall.EPIPE,
	windows.ERROR_WRITE_PROTECT:           syscall.EROFS,
	windows.ERROR_SEM_TIMEOUT:             syscall.ETIMEDOUT,
	windows.WSAETIMEDOUT:                  syscall.ETIMEDOUT,
	windows.ERROR_NOT_SAME_DEVICE:         syscall.EXDEV,
	windows.ERROR_META_EXPANSION_TOO_LONG: syscall.E2BIG,
	windows.WSAEADDRINUSE:                 syscall.EADDRINUSE,
	windows.WSAEADDRNOTAVAIL:              syscall.EADDRNOTAVAIL,
}

// uvNumbers are libuv's own on Windows (uv/errno.h).
var uvNumbers = map[string]int{
	"E2BIG": -4093, "EACCES": -4092, "EADDRINUSE": -4091, "EADDRNOTAVAIL": -4090, "EAFNOSUPPORT": -4089, "EAGAIN": -4088,
	"EALREADY": -4084, "EBADF": -4083, "EBUSY": -4082, "ECANCELED": -4081, "ECONNABORTED": -4079, "ECONNREFUSED": -4078,
	"ECONNRESET": -4077, "EDESTADDRREQ": -4076, "EEXIST": -4075, "EFAULT": -4074, "EHOSTUNREACH": -4073, "EINTR": -4072,
	"EINVAL": -4071, "EIO": -4070, "EISCONN": -4069, "EISDIR": -4068, "ELOOP": -4067, "EMFILE": -4066, "EMSGSIZE": -4065,
	"ENAMETOOLONG": -4064, "ENETDOWN": -4063, "ENETUNREACH": -4062, "ENFILE": -4061, "ENOBUFS": -4060, "ENODEV": -4059,
	"ENOENT": -4058, "ENOMEM": -4057, "ENOSPC": -4055, "ENOSYS": -4054, "ENOTCONN": -4053, "ENOTDIR": -4052,
	"ENOTEMPTY": -4051, "ENOTSOCK": -4050, "ENOTSUP": -4049, "EPERM": -4048, "EPIPE": -4047, "EPROTO": -4046,
	"EPROTONOSUPPORT": -4045, "EPROTOTYPE": -4044, "EROFS": -4043, "ESPIPE": -4041, "ESRCH": -4040, "ETIMEDOUT": -4039,
	"ETXTBSY": -4038, "EXDEV": -4037, "EFBIG": -4036, "ENOPROTOOPT": -4035, "ERANGE": -4034, "ENXIO": -4033,
	"ENOTTY": -4029, "EOVERFLOW": -4026,
}

// unknown is UV_UNKNOWN.
const unknown = -4094

// portable returns n as a name of package syscall has it.
func portable(n syscall.Errno) syscall.Errno {
	if e, ok := winErrors[n]; ok {
		return e
	}
	return n
}

// numberOf is libuv's number of an error.
func numberOf(_ syscall.Errno, name string) int {
	if n, ok := uvNumbers[name]; ok {
		return n
	}
	return unknown
}

// errorOf returns the error that has libuv's number, or that package syscall invents for portable programs;
// either may have the other sign.
func errorOf(number int) (uvError, bool) {
	if number < 0 {
		number = -number
	}
	if u, ok := uvErrors[syscall.Errno(number)]; ok {
		return u, true
	}
	for _, u := range uvErrors {
		if uvNumbers[u.name] == -number {
			return u, true
		}
	}
	return uvError{}, false
}
