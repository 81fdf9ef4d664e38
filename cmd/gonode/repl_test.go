//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// patience is how long a test waits for what has to come.
const patience = 20 * time.Second

// sitting is a gonode at a terminal, and what it has written.
type sitting struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	more chan struct{}

	// Guarded by mu.
	mu   sync.Mutex
	out  bytes.Buffer
	over bool
	seen int // how far expect has looked
}

// sit starts gonode in a terminal of its own; env comes on top of a terminal's.
func sit(t *testing.T, env ...string) *sitting {
	t.Helper()
	return sitWith(t, nil, env...)
}

func sitWith(t *testing.T, args []string, env ...string) *sitting {
	t.Helper()
	s := &sitting{t: t, cmd: exec.Command("gonode", args...), more: make(chan struct{}, 1)}
	home := t.TempDir()
	s.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TERM=xterm", "GORACE=atexit_sleep_ms=0"}, env...)
	s.cmd.Dir = home
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	s.tty = tty
	go s.readLoop()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = tty.Close()
	})
	s.expect("> ")
	return s
}

func (s *sitting) readLoop() {
	buf := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.out.Write(buf[:n])
		s.over = err != nil
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// keys types.
func (s *sitting) keys(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.tty, text); err != nil {
		s.t.Fatal(err)
	}
}

// expect waits for text behind what was expected before.
func (s *sitting) expect(text string) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		rest, over := s.out.String()[s.seen:], s.over
		if i := strings.Index(rest, text); i >= 0 {
			s.seen += i + len(text)
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		if over {
			s.t.Fatalf("the terminal has closed, %v; want %q in %q", s.cmd.Wait(), text, rest)
		}
		select {
		case <-s.more:
		case <-deadline:
			s.t.Fatalf("want %q in %q", text, rest)
		}
	}
}

// interrupt presses Ctrl-C, when the editor reads it: it shows the prompt before it does.
func (s *sitting) interrupt(times int) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		mode, err := unix.IoctlGetTermios(int(s.tty.Fd()), getTermios)
		if err != nil {
			s.t.Fatal(err)
		}
		if mode.Lflag&unix.ISIG == 0 {
			break
		}
		if time.Now().After(deadline) {
			s.t.Fatal("the editor does not read")
		}
	}
	s.keys(strings.Repeat("\x03", times))
}

// line types a line and waits for its answer and the next prompt.
func (s *sitting) line(text, answer string) {
	s.t.Helper()
	s.keys(text + "\r")
	s.expect(answer)
	s.expect("\n> ")
}

// end waits for the exit code.
func (s *sitting) end(code int) {
	s.t.Helper()
	err := s.cmd.Wait()
	exit := new(exec.ExitError)
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		s.t.Fatal(err)
	}
	if got != code {
		s.t.Errorf("exit code %d, want %d; %q", got, code, s.out.String())
	}
}

func TestREPLAnswersInColours(t *testing.T) {
	s := sit(t)
	s.line("1 + 1", "\x1b[33m2\x1b[39m")
	s.line("_ * 21", "\x1b[33m42\x1b[39m")
	s.line("({ a: ['b', null] })", "{ a: [ \x1b[32m'b'\x1b[39m, \x1b[1mnull\x1b[22m ] }")
	s.line("const later = await Promise.resolve('now')", "\x1b[90mundefined\x1b[39m")
	s.line("later", "\x1b[32m'now'\x1b[39m")
	s.line("throw new Error('no')", "Uncaught Error: no")
	s.line("_error.message", "'no'")
	s.line("setTimeout(() => { throw new Error('afterwards') }, 1), 0", "Uncaught Error: afterwards")
	s.line("process.stdout.isTTY", "true")
	s.keys("\x04")
	s.end(0)
}

func TestREPLHeedsNoColor(t *testing.T) {
	s := sit(t, "NO_COLOR=1")
	s.line("'text'", "\n'text'")
	s.keys(".exit\r")
	s.end(0)
}

func TestREPLGoesOnOverLines(t *testing.T) {
	s := sit(t, "NO_COLOR=1")
	s.keys("function five() {\r")
	s.expect("\n... ")
	s.line("return 5 }", "\nundefined")
	s.line("five()", "\n5")
	s.keys("five(\r")
	s.expect("\n... ")
	s.interrupt(1) // forgets it
	s.expect("\n> ")
	s.line("'again'", "\n'again'")
	s.keys(".editor\r")
	s.expect("// Entering editor mode (Ctrl+D to finish, Ctrl+C to cancel)")
	s.keys("const six = 6\rsix\r\x04")
	s.expect("\n6")
	s.expect("\n> ")
	s.keys(".editor\r")
	s.expect("to cancel)")
	s.keys("process.exit(9)")
	s.expect("process.exit(9)")
	s.interrupt(1)
	s.expect("\n> ")
	s.line(".help", ".editor   Enter editor mode")
	s.keys("process.on('exit', (code) => console.log('exit', code)), process.exit(3)\r")
	s.expect("exit 3")
	s.end(3)
}

func TestREPLStopsWhatRuns(t *testing.T) {
	s := sit(t, "NO_COLOR=1")
	s.keys("console.log('runs'); for (;;) {}\r")
	s.expect("\nruns")
	s.keys("\x03")
	s.expect("ERR_SCRIPT_EXECUTION_INTERRUPTED")
	s.expect("\n> ")
	s.keys("setTimeout(() => console.log('waits'), 1), await new Promise(() => {})\r")
	s.expect("\nwaits")
	s.keys("\x03")
	s.expect("ERR_SCRIPT_EXECUTION_INTERRUPTED")
	s.expect("\n> ")
	s.line("'alive'", "\n'alive'")
	s.interrupt(1)
	s.expect("(To exit, press Ctrl+C again or Ctrl+D or type .exit)")
	s.expect("\n> ")
	s.line("'still'", "\n'still'")
	s.interrupt(2)
	s.end(0)
}

func TestREPLCompletes(t *testing.T) {
	s := sit(t, "NO_COLOR=1")
	if err := os.Mkdir(filepath.Join(s.cmd.Dir, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.cmd.Dir, "folder", "script.js"), []byte("module.exports = 'loaded'"), 0o666); err != nil {
		t.Fatal(err)
	}
	s.keys("proc\t")
	s.expect("process")
	s.keys(".execA\t")
	s.expect("execArgv")
	s.line("", "\n[]")
	s.line("let variable = { property: 'x' }; void 0", "\nundefined")
	s.keys("varia\t.prop\t\r")
	s.expect("\n'x'")
	s.keys("require('string_d\t').name || 'module'\r")
	s.expect("string_decoder")
	s.expect("\n'module'")
	s.keys("require('./fo\tscr\t')\r")
	s.expect("\n'loaded'")
	s.keys("({ get trap() { throw 'ran' } }).tr\t\x15")
	s.keys("Math.sq\t\t")
	s.expect("sqrt")
	s.keys("(9)\r")
	s.expect("\n3")
	s.keys("Math.c\t\t") // several
	s.expect("cbrt")
	s.expect("cosh")
	s.keys("\x15.sa\t\x03")
	s.expect(".save")
	s.keys("\x04")
	s.end(0)
}

func TestREPLKeepsItsHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	env := []string{"NO_COLOR=1", "NODE_REPL_HISTORY=" + file, "NODE_REPL_HISTORY_SIZE=2"}
	s := sit(t, env...)
	s.line("'first'", "\n'first'")
	s.line("'second'", "\n'second'")
	s.line("'second'", "\n'second'")
	s.line("'third'", "\n'third'")
	s.keys("\x04")
	s.end(0)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "'second'\n'third'\n"; string(content) != want {
		t.Errorf("the history is %q, want %q", content, want)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the history: %v, %v", info.Mode(), err)
	}
	s = sit(t, env...)
	s.keys("\x1b[A\x1b[A\r")
	s.expect("\n'second'")
	s.expect("\n> ")
	s.keys("\x12thi\r") // reverse search
	s.expect("\n'third'")
	s.keys("\x04")
	s.end(0)

	s = sit(t, "NODE_REPL_HISTORY=")
	s.keys("1\r\x04")
	s.end(0)
	if entries, err := os.ReadDir(s.cmd.Dir); err != nil || len(entries) > 0 {
		t.Errorf("a history that nobody wanted: %v, %v", entries, err)
	}
}

func TestREPLLoadsAndSaves(t *testing.T) {
	s := sit(t, "NO_COLOR=1")
	s.keys("const twenty = 20 +\r")
	s.expect("\n... ")
	s.line("0", "\nundefined")
	s.line(".save saved.js", "Session saved to: saved.js")
	s.line(".load saved.js", "Uncaught SyntaxError: Identifier 'twenty' has already been declared")
	s.line(".load nowhere.js", "Failed to load: nowhere.js")
	s.line(".nonsense", "Invalid REPL keyword")
	s.keys("\x04")
	s.end(0)
	content, err := os.ReadFile(filepath.Join(s.cmd.Dir, "saved.js"))
	if want := "const twenty = 20 +\n0\n"; err != nil || string(content) != want {
		t.Errorf("saved %q, %v; want %q", content, err, want)
	}
}

// A script's own conversation is edited by readline.
func TestREPLOfAScript(t *testing.T) {
	s := sitWith(t, []string{"-e", "repl.start({ prompt: 'mine> ' }).on('exit', () => console.log('over'))"}, "NO_COLOR=1")
	s.keys("1 + 1\r")
	s.expect("\n2\r\n")
	s.expect("mine> ")
	s.keys("Math.sqr") // what comes at once is pasted: a tab in it completes nothing
	s.expect("Math.sqr")
	s.keys("\t")
	s.expect("t")
	s.keys("(16)\r")
	s.expect("\n4\r\n")
	s.expect("mine> ")
	s.keys("f(\r")
	s.expect("... ")
	s.keys("\x03")
	s.expect("mine> ")
	s.keys("await new Promise(() => {})\r")
	s.expect("\n")
	s.keys("\x03")
	s.expect("ERR_SCRIPT_EXECUTION_INTERRUPTED")
	s.expect("mine> ")
	s.keys("\x1b[A\x1b[A\x1b[A\r") // the third line before
	s.expect("Math.sqrt(16)")
	s.expect("\n4\r\n")
	s.expect("mine> ")
	s.keys("\x03")
	s.expect("(To exit, press Ctrl+C again or Ctrl+D or type .exit)")
	s.expect("mine> ")
	s.keys("\x03")
	s.expect("over")
	s.end(0)
}
