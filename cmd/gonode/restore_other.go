//go:build !linux

package main

// restoreSignals does nothing here: a signal that was ignored when the process began stays so.
func restoreSignals() {}
