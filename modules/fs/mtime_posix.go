//go:build unix && !darwin && !freebsd && !netbsd && !(linux && (amd64 || arm64))

package fs

import "syscall"

func modified(s *syscall.Stat_t) moment { return moment{int64(s.Mtim.Sec), int64(s.Mtim.Nsec)} }
