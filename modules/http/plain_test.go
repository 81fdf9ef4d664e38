//go:build !race && !invariants

package http_test

const instrumented = false
