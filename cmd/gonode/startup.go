//go:build linux

package main

import (
	"bytes"
	"os"
	"reflect"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// startUp is how long a process lives at least that gives back what only its start needed.
const startUp = 100 * time.Millisecond

// releaseStartUp lets go of what the command has in memory of its own file, once the start is over: half of
// it is code and tables that nothing but the start touches, and most of what an idle server has in memory. The
// kernel keeps the pages in its cache as long as it likes, and what is needed again is mapped again, without
// reading, when it is touched.
func releaseStartUp() { time.AfterFunc(startUp, releaseImage) }

// releaseImage unmaps the pages of the command's file that cannot be written: its code, and its constants.
//
// Source: madvise(2), MADV_DONTNEED; proc_pid_maps(5).
func releaseImage() {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return // a system without /proc keeps its pages
	}
	code, constant := reflect.ValueOf(releaseImage).Pointer(), uintptr(unsafe.Pointer(unsafe.StringData("constant")))
	for line := range bytes.Lines(maps) {
		var from, to uint64
		field := bytes.Fields(line) // 00400000-01079000 r-xp 00000000 fe:00 10487025 /path
		if len(field) < 6 || bytes.IndexByte(field[1], 'w') >= 0 {
			continue
		}
		first, last, _ := bytes.Cut(field[0], []byte("-"))
		if from, err = strconv.ParseUint(string(first), 16, 64); err != nil {
			return
		}
		if to, err = strconv.ParseUint(string(last), 16, 64); err != nil {
			return
		}
		holds := func(p uintptr) bool { return uint64(p) >= from && uint64(p) < to }
		if holds(code) || holds(constant) {
			// What fails leaves the pages where they are.
			syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(to-from), syscall.MADV_DONTNEED)
		}
	}
}
