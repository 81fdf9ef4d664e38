//go:build invariants

package sock

const invariants = true
