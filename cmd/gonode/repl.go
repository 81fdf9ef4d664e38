package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/peterh/liner"

	"github.com/gonode/gonode/runtime"
)

// The variables of the history, Node's: a file, empty for none, and how many lines it keeps.
const (
	historyVariable     = "NODE_REPL_HISTORY"
	historySizeVariable = "NODE_REPL_HISTORY_SIZE"
	historySize         = 1000
	historyFile         = ".gonode_repl_history" // in the home directory
)

// again is how soon a second Ctrl-C has to follow to end the process: the editor does not say whether
// there was text in the line that the first one cleared.
const again = 2 * time.Second

// interact is the conversation with who sits at the terminal, or with what standard input says.
func (c *command) interact(rt *runtime.Runtime) error {
	if c.flags.InputType != "" {
		return badUsage("cannot specify --input-type for REPL")
	}
	terminal := isTerminal(os.Stdin) && isTerminal(os.Stdout)
	fmt.Printf("Welcome to gonode v%s (Node.js v%s).\nType \".help\" for more information.\n", runtime.Version, runtime.NodeVersion)
	if !terminal {
		return c.converse(rt)
	}
	t := &typist{editor: liner.NewLiner(), limit: historyLimit(), file: historyPath()}
	defer t.close()
	t.loadHistory()
	t.editor.SetCtrlCAborts(true)
	t.editor.SetTabCompletionStyle(liner.TabPrints)
	t.editor.SetWordCompleter(t.complete)
	r, err := rt.REPL(runtime.REPLOptions{Edit: t.edit, Code: c.code, Print: c.print})
	if err != nil {
		return exited(err)
	}
	t.repl = r
	defer t.heedInterrupts()()
	return t.run()
}

// exited is the error of a conversation that a program ended.
func exited(err error) error {
	if errors.Is(err, runtime.ErrExited) {
		return nil
	}
	return err
}

// converse reads lines that nobody types.
func (c *command) converse(rt *runtime.Runtime) error {
	r, err := rt.REPL(runtime.REPLOptions{Code: c.code, Print: c.print})
	if err != nil {
		return exited(err)
	}
	in := bufio.NewReader(os.Stdin)
	for {
		fmt.Print(r.Prompt())
		line, err := in.ReadString('\n')
		if line != "" {
			switch err := r.Line(strings.TrimRight(line, "\r\n")); {
			case errors.Is(err, runtime.ErrUnsettled):
				return r.Exit()
			case err != nil:
				return exited(err)
			}
		}
		if err != nil {
			fmt.Println()
			return r.Exit()
		}
	}
}

// typist is who sits at the terminal.
type typist struct {
	editor *liner.State
	repl   *runtime.REPL
	file   string // of the history; empty: none is kept
	limit  int
	lines  []string // the history

	answering atomic.Bool // JavaScript may run
}

func (t *typist) run() error {
	var aborted time.Time
	for {
		line, err := t.editor.Prompt(t.repl.Prompt())
		switch {
		case err == nil:
			aborted = time.Time{}
			t.remember(line)
			if err := t.answer(line); err != nil {
				return exited(err)
			}
		case errors.Is(err, liner.ErrPromptAborted):
			had, err := t.repl.Clear()
			switch {
			case err != nil:
				return exited(err)
			case had:
				aborted = time.Time{}
			case time.Since(aborted) < again:
				return t.repl.Exit()
			default:
				aborted = time.Now()
				fmt.Println("(To exit, press Ctrl+C again or Ctrl+D or type .exit)")
			}
		case errors.Is(err, io.EOF):
			fmt.Println()
			return t.repl.Exit()
		default:
			return err
		}
	}
}

// answer lets the line be answered; Ctrl-C cuts it off meanwhile.
func (t *typist) answer(line string) error {
	t.answering.Store(true)
	defer t.answering.Store(false)
	return t.repl.Line(line)
}

// heedInterrupts makes the signal that Ctrl-C is, where the editor does not read it, cut off what is being
// answered, and never end the process.
func (t *typist) heedInterrupts() (stop func()) {
	came := make(chan os.Signal, 1)
	signal.Notify(came, os.Interrupt)
	go func() {
		for range came {
			if t.answering.Load() {
				t.repl.Break()
			}
		}
	}()
	return func() {
		signal.Stop(came)
		close(came)
	}
}

// edit is .editor: lines up to Ctrl-D.
func (t *typist) edit() (text string, ok bool) {
	fmt.Println("// Entering editor mode (Ctrl+D to finish, Ctrl+C to cancel)")
	var lines []string
	for {
		line, err := t.editor.Prompt("")
		switch {
		case err == nil:
			lines = append(lines, line)
		case errors.Is(err, io.EOF):
			fmt.Println()
			return strings.Join(lines, "\n"), true
		default:
			return "", false
		}
	}
}

// complete is for the editor; pos counts characters.
func (t *typist) complete(line string, pos int) (head string, candidates []string, tail string) {
	runes := []rune(line)
	before := string(runes[:pos])
	candidates, replaces := t.repl.Complete(before)
	return before[:len(before)-replaces], candidates, string(runes[pos:])
}

// historyPath is where the history is kept; empty: nowhere.
func historyPath() string {
	if file, ok := os.LookupEnv(historyVariable); ok {
		return strings.TrimSpace(file)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, historyFile)
}

func historyLimit() int {
	if n, err := strconv.Atoi(os.Getenv(historySizeVariable)); err == nil && n > 0 {
		return n
	}
	return historySize
}

func (t *typist) loadHistory() {
	if t.file == "" {
		return
	}
	content, err := os.ReadFile(t.file)
	if err != nil {
		return // there is none yet
	}
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			t.lines = append(t.lines, line)
			t.editor.AppendHistory(line)
		}
	}
}

// remember puts a line into the history, but for one that is the last already.
func (t *typist) remember(line string) {
	if strings.TrimSpace(line) == "" || len(t.lines) > 0 && t.lines[len(t.lines)-1] == line {
		return
	}
	t.lines = append(t.lines, line)
	t.editor.AppendHistory(line)
}

// close leaves the terminal as it was and writes the history, which only its owner may read.
func (t *typist) close() {
	_ = t.editor.Close()
	if t.file == "" || len(t.lines) == 0 {
		return
	}
	lines := t.lines[max(len(t.lines)-t.limit, 0):]
	if err := os.WriteFile(t.file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "gonode: the history is not kept:", err)
	}
}
