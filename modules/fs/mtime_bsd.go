//go:build darwin || freebsd || netbsd

package fs

import "syscall"

func modified(s *syscall.Stat_t) moment {
	return moment{int64(s.Mtimespec.Sec), int64(s.Mtimespec.Nsec)}
}
