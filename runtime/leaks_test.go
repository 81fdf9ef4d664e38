package runtime_test

import "github.com/gonode/gonode/runtime/runtimetest"

// Tests of this package run one after the other, so each can tell what it left open.
func init() { runtimetest.CheckDescriptors = true }
