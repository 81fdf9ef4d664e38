package main

import "path/filepath"

// absolute returns the path as process.argv shows it.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
