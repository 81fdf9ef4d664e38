//go:build !unix

package sock

// setRaw finds no descriptor: everything goes the portable way.
func (t *stream) setRaw() {}

type iovecs struct{}
