package module

import "github.com/dop251/goja"

func (r *Room) isESM(m goja.Value) bool { return false }
