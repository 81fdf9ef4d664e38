package runtimetest

import (
	"context"
	"errors"
	"os"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
)

func TestNewCapturesOutput(t *testing.T) {
	rt := New(t)
	if err := rt.RunString("[test]", `process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3`); err == nil {
		t.Error("no error for exit code 3")
	} else if exit := new(runtime.ExitError); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("error %v, want exit status 3", err)
	}
	if rt.Stdout.String() != "out" || rt.Stderr.String() != "err" {
		t.Errorf("stdout %q, stderr %q", rt.Stdout.String(), rt.Stderr.String())
	}
}

func TestInterruptEndsWhatOnlyWaits(t *testing.T) {
	rt := New(t)
	go rt.Interrupt("enough")
	err := rt.RunString("[test]", `require('net').createServer().listen(0, '127.0.0.1')`)
	if err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("error %v, want the interrupt's", err)
	}
}

func TestLabelledFindsWhatIsLeft(t *testing.T) {
	stop, ended := make(chan struct{}), make(chan struct{})
	pprof.Do(t.Context(), pprof.Labels("runtimetest", "leak"), func(context.Context) {
		go func() {
			<-stop
			close(ended)
		}()
	})
	if labelled("leak") == "" {
		t.Error("a goroutine with the label was not found")
	}
	close(stop)
	<-ended
	if left := awaitGone(func() string { return labelled("leak") }); left != "" {
		t.Errorf("still there: %s", left)
	}
}

func TestMoreFindsDescriptorsThatAreLeft(t *testing.T) {
	CheckDescriptors = true
	defer func() { CheckDescriptors = false }()
	before := descriptors()
	if before == nil {
		t.Skip("this system does not tell")
	}
	f, err := os.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	if left := more(before, descriptors()); !strings.Contains(left, "runtimetest") {
		t.Errorf("%q", left)
	}
	f.Close()
	if left := more(before, descriptors()); left != "" {
		t.Errorf("%q", left)
	}
}
