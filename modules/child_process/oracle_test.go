package childprocess_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// The test binary is process.execPath of the scripts, and what fork starts: given a script, it runs it.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		rt, err := runtime.New(runtime.Options{Args: os.Args[1:], OwnsProcess: true})
		if err == nil {
			err = rt.RunFile(os.Args[1])
		}
		exit := new(runtime.ExitError)
		switch {
		case errors.As(err, &exit):
			os.Exit(exit.Code)
		case err != nil:
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestOracle(t *testing.T) { runtimetest.Oracle(t) }
