//go:build race || invariants

package http_test

// instrumented says that this build allocates for its own checks.
const instrumented = true
