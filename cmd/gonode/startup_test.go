//go:build linux

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// What is given back is out of memory; that it comes back when it is used shows in that the test goes on.
func TestReleaseImage(t *testing.T) {
	before := residentFile(t)
	releaseImage()
	after := residentFile(t)
	if after > before-1024 {
		t.Errorf("%d kB of files were in memory before, %d after", before, after)
	}
}

// residentFile is how much of mapped files is in memory, in kB.
func residentFile(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	_, rest, ok := strings.Cut(string(status), "RssFile:")
	var kB int
	if _, err := fmt.Sscan(rest, &kB); !ok || err != nil {
		t.Skip("the kernel does not tell")
	}
	return kB
}
