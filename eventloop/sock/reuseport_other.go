//go:build unix && (!linux || mips || mipsle || mips64 || mips64le)

package sock

// soReusePort is SO_REUSEPORT as the BSDs and Linux on MIPS number it.
const soReusePort = 0x200
