package modules

import (
	"crypto/sha256"
	"sync"

	"github.com/dop251/goja"
)

// Programs keeps compiled sources for the runtimes that share it. The zero value is ready. Any goroutine.
type Programs struct {
	// Guarded by mu.
	mu    sync.Mutex
	known map[programKey]*goja.Program
	bytes int // of sources
}

type programKey struct {
	file string
	sum  [sha256.Size]byte
}

// maxPrograms bounds the sources whose programs are kept; beyond it all are forgotten.
const maxPrograms = 64 << 20

// Compile returns what compile returned for the same file and text, or calls it. A nil p keeps nothing.
// What compile throws is the caller's.
func (p *Programs) Compile(file, text string, compile func() *goja.Program) *goja.Program {
	if p == nil {
		return compile()
	}
	key := programKey{file, sha256.Sum256([]byte(text))}
	p.mu.Lock()
	prog := p.known[key]
	p.mu.Unlock()
	if prog != nil {
		return prog
	}
	prog = compile()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bytes += len(text); p.known == nil || p.bytes > maxPrograms {
		p.known, p.bytes = make(map[programKey]*goja.Program), len(text)
	}
	p.known[key] = prog
	return prog
}
