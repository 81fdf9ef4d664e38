//go:build unix

package process_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// terminal returns both ends of one: the program's, and the one that has the keys and the screen.
func terminal(t *testing.T) (program, person *os.File) {
	t.Helper()
	person, program, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	t.Cleanup(func() {
		program.Close()
		person.Close()
	})
	if err := pty.Setsize(program, &pty.Winsize{Cols: 91, Rows: 17}); err != nil {
		t.Fatal(err)
	}
	return program, person
}

func TestTerminalHasItsClassesAndSize(t *testing.T) {
	program, _ := terminal(t)
	rt := runtimetest.New(t, runtime.Options{Stdin: program, Stdout: program, Env: map[string]string{"TERM": "xterm-256color"}})
	err := rt.RunString("[eval]", `
		const tty = require('tty'), assert = require('assert');
		assert(process.stdout instanceof tty.WriteStream && process.stdin instanceof tty.ReadStream);
		assert(!(process.stderr instanceof tty.WriteStream));
		assert.deepStrictEqual(process.stdout.getWindowSize(), [91, 17]);
		assert.deepStrictEqual([tty.isatty(0), tty.isatty(1), tty.isatty(2)], [true, true, false]);
		assert.strictEqual(process.stdout.getColorDepth(), 8);
		assert.strictEqual(process.stdout.hasColors(2 ** 24), false);
		assert.strictEqual(process.stdout.hasColors(2 ** 24, { COLORTERM: 'truecolor' }), true);
		assert.strictEqual(new tty.WriteStream(1).columns, 91);
		assert.throws(() => new tty.WriteStream(2), { code: 'ERR_TTY_INIT_FAILED', syscall: 'uv_tty_init' });
		assert.throws(() => new tty.WriteStream(-1), { code: 'ERR_INVALID_FD' });`)
	if err != nil {
		t.Fatalf("%v\n%s", err, rt.Stderr.String())
	}
}

func TestRawModeEndsWithTheProgram(t *testing.T) {
	program, person := terminal(t)
	before, err := term.GetState(int(program.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	screen := bufio.NewReader(person)
	keys := make(chan string)
	go func() {
		line, _ := screen.ReadString('\n')
		fmt.Fprint(person, "\x03")
		again, _ := screen.ReadString('\n')
		keys <- line + again
	}()
	rt := runtimetest.New(t, runtime.Options{Stdin: program, Stdout: program})
	err = rt.RunString("[eval]", `
		process.stdin.setRawMode(true);
		console.log('raw', process.stdin.isRaw);
		process.stdin.once('data', (key) => { console.log('key', key); process.exit(); });`)
	if err != nil {
		t.Fatalf("%v\n%s", err, rt.Stderr.String())
	}
	if got, want := <-keys, "raw true\r\nkey <Buffer 03>\r\n"; got != want {
		t.Errorf("the screen shows %q, want %q", got, want)
	}
	if after, _ := term.GetState(int(program.Fd())); *after != *before {
		t.Errorf("the terminal is left as %v, was %v", after, before)
	}
}

func TestResizeComesWithTheSignal(t *testing.T) {
	program, person := terminal(t)
	screen := bufio.NewReader(person)
	said := make(chan string)
	go func() {
		if line, _ := screen.ReadString('\n'); !strings.HasPrefix(line, "ready") {
			t.Errorf("the screen shows %q", line)
		}
		if err := unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: 40, Row: 5}); err != nil {
			t.Error(err)
		}
		_ = syscall.Kill(os.Getpid(), syscall.SIGWINCH)
		line, _ := screen.ReadString('\n')
		said <- line
	}()
	rt := runtimetest.New(t, runtime.Options{Stdin: strings.NewReader(""), Stdout: program})
	err := rt.RunString("[eval]", `
		const waits = setInterval(() => {}, 1e6);
		process.stdout.on('resize', () => {
			console.log(process.stdout.columns, process.stdout.rows);
			clearInterval(waits);
		});
		console.log('ready');`)
	if err != nil {
		t.Fatalf("%v\n%s", err, rt.Stderr.String())
	}
	if got := <-said; got != "40 5\r\n" {
		t.Errorf("the screen shows %q", got)
	}
}

func TestQuestionOnATerminal(t *testing.T) {
	program, person := terminal(t)
	go func() {
		// Not before it asks: until then the terminal edits the line.
		for screen := ""; !strings.HasSuffix(screen, "name? \x1b[7G"); {
			b := make([]byte, 100)
			n, err := person.Read(b)
			if err != nil {
				t.Error(err)
				return
			}
			screen += string(b[:n])
		}
		_, _ = person.WriteString("gonade\x1b[D\x1b[D\x7fo\r")
	}()
	rt := runtimetest.New(t, runtime.Options{Stdin: program, Stdout: program})
	err := rt.RunString("[eval]", `
		const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout });
		rl.question('name? ', (name) => { process.stderr.write(name); rl.close(); });`)
	if err != nil {
		t.Fatalf("%v\n%s", err, rt.Stderr.String())
	}
	if got := rt.Stderr.String(); got != "gonode" {
		t.Errorf("the answer is %q", got)
	}
}
