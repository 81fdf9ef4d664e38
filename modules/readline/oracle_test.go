package readline_test

import (
	"testing"

	"github.com/gonode/gonode/runtime/runtimetest"
)

func TestOracle(t *testing.T) { runtimetest.Oracle(t) }
