package eventloop

import "slices"

// Holder is a Resource that can say what of it keeps the loop alive.
type Holder interface {
	Resource
	// Holds returns a name for each such thing, in Node's words: "TCPServerWrap". Loop goroutine.
	Holds() []string
}

// Census names what keeps the loop alive: what owned resources say, sorted, then a "Timeout" for each
// timer that is started and ref'd, then an "Immediate" for each such immediate. Loop goroutine.
func (l *Loop) Census() []string {
	AssertOn(l)
	var names []string
	for r := range l.resources {
		if h, ok := r.(Holder); ok {
			names = append(names, h.Holds()...)
		}
	}
	slices.Sort(names)
	for _, s := range l.timers {
		if s.t.active && !s.t.unref {
			names = append(names, "Timeout")
		}
	}
	for range l.immRefs {
		names = append(names, "Immediate")
	}
	return names
}
