// Package conformance runs the tests that are programs, one process each, and writes what came out:
// a table, JUnit, JSON, and the page COMPATIBILITY.md.
//
// The programs are those of jstests and, given a checkout, those of Node's own test/parallel.
package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Result is how one program went.
type Result struct {
	Name    string  `json:"name"` // "http/test-http-agent"; "node/…" for one of Node's
	Module  string  `json:"module"`
	Seconds float64 `json:"seconds"`
	Failure string  `json:"failure,omitempty"` // empty: passed
	Known   bool    `json:"known,omitempty"`   // a failure that known.json names
}

// Passed reports whether it went well.
func (r Result) Passed() bool { return r.Failure == "" }

// suite is a run: its programs and how to run them.
type suite struct {
	gonode  string // the command
	tests   string // the folder jstests
	node    string // the folder test of Node; empty: none
	pattern *regexp.Regexp
	jobs    int
	timeout time.Duration
}

// program is one file to run.
type program struct {
	name, module, dir, file string
	flags                   []string
	known                   bool
}

// Main is the command conformance with its arguments; gonode is the command to test. It returns
// the exit code: 1 if a program fails that known.json does not name, 9 for bad arguments.
func Main(gonode string, args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("gonode conformance", flag.ContinueOnError)
	fs.SetOutput(stderr)
	s := suite{gonode: gonode}
	fs.StringVar(&s.tests, "tests", "jstests", "the folder jstests of a checkout of gonode")
	fs.StringVar(&s.node, "node", "", "the folder test of a checkout of Node; its parallel/test-*.js run too")
	fs.IntVar(&s.jobs, "j", runtime.NumCPU(), "programs at a time")
	fs.DurationVar(&s.timeout, "timeout", 20*time.Second, "time for each program")
	junit := fs.String("junit", "", "write JUnit to this file")
	jsonFile := fs.String("json", "", "write JSON to this file")
	page := fs.String("page", "", "write the page, in Markdown, to this file")
	fs.Usage = func() {
		fmt.Fprintln(stderr, "Usage: gonode conformance [options] [PATTERN]\n\nPATTERN is a regular expression for names like http/test-http-agent.")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 9
	}
	var err error
	if s.pattern, err = regexp.Compile(fs.Arg(0)); err != nil || fs.NArg() > 1 || s.jobs < 1 {
		fs.Usage()
		return 9
	}
	programs, err := s.programs()
	if err == nil && len(programs) == 0 {
		err = errors.New("no test has such a name in " + s.tests)
	}
	var results []Result
	if err == nil {
		progress := io.Discard
		if f, ok := stderr.(*os.File); ok && isTerminal(f) {
			progress = stderr
		}
		results = s.run(programs, progress)
		err = s.write(results, stdout, *junit, *jsonFile, *page)
	}
	if err != nil {
		fmt.Fprintln(stderr, "gonode conformance:", err)
		return 9
	}
	if slices.ContainsFunc(results, func(r Result) bool { return !r.Passed() && !r.Known }) {
		return 1
	}
	return 0
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// programs finds the files whose names match.
func (s *suite) programs() ([]program, error) {
	known := make(map[string]string)
	text, err := os.ReadFile(filepath.Join(s.tests, "known.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, fmt.Errorf("known.json: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(s.tests, "*", "test-*.js"))
	if err != nil {
		return nil, err
	}
	var out []program
	for _, file := range files {
		module := filepath.Base(filepath.Dir(file))
		base := filepath.Base(file)
		p := program{name: module + "/" + strings.TrimSuffix(base, ".js"), module: module, dir: s.tests,
			file: filepath.Join(module, base), known: known[module+"/"+base] != ""}
		if module == "compat" {
			p.flags = []string{"--compat=0.11"}
		}
		out = append(out, p)
	}
	if s.node != "" {
		files, err := filepath.Glob(filepath.Join(s.node, "parallel", "test-*.js"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			base := strings.TrimSuffix(filepath.Base(file), ".js")
			module, _, _ := strings.Cut(strings.TrimPrefix(base, "test-"), "-")
			out = append(out, program{name: "node/" + base, module: "node: " + module, dir: s.node, file: filepath.Join("parallel", base+".js")})
		}
	}
	return slices.DeleteFunc(out, func(p program) bool { return !s.pattern.MatchString(p.name) }), nil
}

// run runs them, some at a time, and says how far it is. The results are in the order of the programs.
func (s *suite) run(programs []program, progress io.Writer) []Result {
	results := make([]Result, len(programs))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done, failed := 0, 0
	for worker := range s.jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				r := s.runOne(programs[i], worker)
				mu.Lock()
				results[i] = r
				done++
				if !r.Passed() {
					failed++
				}
				fmt.Fprintf(progress, "\r%d of %d, %d failed ", done, len(programs), failed)
				mu.Unlock()
			}
		}()
	}
	for i := range programs {
		next <- i
	}
	close(next)
	wg.Wait()
	fmt.Fprintln(progress)
	return results
}

// runOne runs one program as a process, with a temporary folder of its own.
func (s *suite) runOne(p program, worker int) Result {
	r := Result{Name: p.name, Module: p.module, Known: p.known}
	tmp, err := os.MkdirTemp("", "js")
	if err != nil {
		r.Failure = err.Error()
		return r
	}
	defer os.RemoveAll(tmp)
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, s.gonode, append(p.flags, p.file, "an argument")...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, &out, &out
	cmd.WaitDelay = time.Second // a child of the program's may hold the pipe
	cmd.Env = append(os.Environ(), "HOME="+tmp, "TEST_TMPDIR="+tmp,
		// What Node's test/common looks at: flags of node are not ours to re-spawn with.
		"NODE_TEST_DIR="+tmp, "NODE_SKIP_FLAG_CHECK=1", "TEST_THREAD_ID="+strconv.Itoa(worker))
	began := time.Now()
	err = cmd.Run()
	r.Seconds = time.Since(began).Seconds()
	switch {
	case ctx.Err() != nil:
		r.Failure = "no end after " + s.timeout.String()
	case err != nil:
		r.Failure = firstError(out.String())
		if r.Failure == "" {
			r.Failure = err.Error()
		}
	}
	return r
}

var errorLine = regexp.MustCompile(`(?m)^(?:Uncaught )?(?:(?:[A-Z]\w*)?Error\b|mustCall:).*$`)

// firstError is the line of a program's output that says what went wrong.
func firstError(out string) string { return errorLine.FindString(out) }
