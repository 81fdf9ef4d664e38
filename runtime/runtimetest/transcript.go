package runtimetest

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
)

var fromNode = flag.Bool("node", false, "rewrite the transcripts with what node on the PATH prints")

// A transcript is a script with what node 20 prints for it.
type transcript struct {
	name, script, want string
	files              map[string]string
}

// Transcripts runs the cases of a file, each in a runtime and a folder of its own:
//
//	=== name
//	the script, main.js
//	-- other.js --
//	a file beside it
//	---
//	what it prints; "exit 3" at the end if it exits with 3
//
// The text of the folder's path reads as DIR. With the flag -node the file is rewritten by node;
// a case whose name ends in "(ours)" is one where gonode differs on purpose and stays as it is.
func Transcripts(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cases := parseTranscripts(string(b))
	if len(cases) == 0 {
		t.Fatalf("no cases in %s", file)
	}
	var out strings.Builder
	for _, c := range cases {
		if *fromNode {
			if !strings.HasSuffix(c.name, "(ours)") {
				c.want = c.onNode(t)
			}
			out.WriteString(c.text)
			out.WriteString("---\n" + c.want)
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			if got := c.onGonode(t); got != c.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.script, got, c.want)
			}
		})
	}
	if *fromNode {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type transcriptCase struct {
	transcript
	text string // of the case up to the line of three dashes
}

func parseTranscripts(text string) (cases []transcriptCase) {
	for _, part := range strings.Split("\n"+text, "\n=== ")[1:] {
		head, want, _ := strings.Cut(part+"\n", "\n---\n")
		if strings.HasSuffix(want, "\n\n") || want == "\n" {
			want = strings.TrimSuffix(want, "\n")
		}
		name, body, _ := strings.Cut(head, "\n")
		c := transcriptCase{transcript{name: name, want: want, files: make(map[string]string)}, "=== " + head + "\n"}
		into := "main.js"
		for _, line := range strings.SplitAfter(body+"\n", "\n") {
			if other, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(line, " --\n") {
				into = strings.TrimSuffix(other, " --\n")
				continue
			}
			c.files[into] += line
		}
		c.script = body
		cases = append(cases, c)
	}
	return cases
}

// unpack writes the files of the case and returns their folder.
func (c *transcript) unpack(t *testing.T) string {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range c.files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (c *transcript) onGonode(t *testing.T) string {
	dir := c.unpack(t)
	path := filepath.Join(dir, "main.js")
	rt := New(t, runtime.Options{Dir: dir, Args: []string{path}})
	err := rt.RunFile(path)
	code := 0
	if exit := new(runtime.ExitError); errors.As(err, &exit) {
		code = exit.Code
	} else if err != nil {
		t.Error(err)
	}
	got := finishTranscript(rt.Stdout.String(), dir, code)
	if got != c.want && rt.Stderr.Len() > 0 {
		t.Logf("stderr:\n%s", rt.Stderr.String())
	}
	return got
}

func (c *transcript) onNode(t *testing.T) string {
	dir := c.unpack(t)
	cmd := exec.CommandContext(t.Context(), "node", "--no-warnings", "main.js")
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", c.name, err)
	}
	return finishTranscript(stdout.String(), dir, cmd.ProcessState.ExitCode())
}

func finishTranscript(out, dir string, code int) string {
	out = strings.ReplaceAll(out, dir, "DIR")
	if code != 0 {
		if out != "" && !strings.HasSuffix(out, "\n") {
			out += "\n"
		}
		out += fmt.Sprintf("exit %d\n", code)
	}
	return out
}
