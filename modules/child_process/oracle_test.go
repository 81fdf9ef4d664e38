package childprocess_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

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

// Messages and handles go both ways between gonode and node.
func TestChannelWithNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node")
	}
	for _, script := range []string{"testdata/handles.js", "testdata/advanced.js"} {
		want, err := os.ReadFile(strings.TrimSuffix(script, ".js") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]string{{os.Args[0], node}, {node, os.Args[0]}} {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			cmd := exec.CommandContext(ctx, pair[0], script)
			cmd.Env = append(os.Environ(), "CHILD_EXEC_PATH="+pair[1])
			cmd.WaitDelay = time.Second
			got, err := cmd.Output()
			cancel()
			if err != nil || string(got) != string(want) {
				t.Errorf("%s %s with children of %s: %v\n%s\nwant:\n%s", pair[0], script, pair[1], err, got, want)
			}
		}
	}
}
