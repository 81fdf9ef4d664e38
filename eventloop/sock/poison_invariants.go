//go:build invariants

package sock

// poison spoils memory that goes back to a pool: whoever still looks at it shall see it.
func poison(b []byte) {
	for i := range b {
		b[i] = 0xDB
	}
}
