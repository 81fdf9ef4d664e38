//go:build unix

package main

import (
	"os"
	"syscall"
)

// peak is the most memory that an ended process had, in MB.
func peak(p *os.ProcessState) float64 {
	if usage, ok := p.SysUsage().(*syscall.Rusage); ok {
		return float64(usage.Maxrss) / 1024
	}
	return 0
}
