//go:build !linux

package main

// releaseStartUp does nothing: how a system other than Linux is asked to let go of a file's pages, and whether
// that shows in what it says of a process, is not known here.
func releaseStartUp() {}
