//go:build !unix

package process

import "os"

// patience waits for input without taking any; here it cannot: it is always ready.
type patience struct{}

func newPatience(*os.File) *patience { return nil }
func (*patience) ready() bool        { return true }
func (*patience) begin()             {}
func (*patience) end()               {}
func (*patience) over() bool         { return false }
func (*patience) CloseNow()          {}
