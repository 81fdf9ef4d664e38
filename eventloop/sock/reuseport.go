//go:build linux && !(mips || mipsle || mips64 || mips64le)

package sock

// soReusePort is SO_REUSEPORT, which package syscall lacks on most Linux ports.
const soReusePort = 15
