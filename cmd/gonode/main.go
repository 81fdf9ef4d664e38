// Command gonode runs Node-style JavaScript: gonode server.js.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gonode/gonode/jstests/conformance"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/transform"
)

const usage = `Usage: gonode [options] [ script.js | - ] [arguments]
       gonode [options] -e CODE [arguments]
       gonode conformance [options] [PATTERN]

Options:
  -e, --eval CODE    run CODE
  -p, --print CODE   run CODE and print its value
  --compat=0.11      behave as the documentation of 2013 has it where versions differ
  --shutdown-timeout MS
                     how long answers in flight may take when SIGTERM comes (10000)
  -v, --version      print the version of gonode and of the Node API it follows
  -h, --help         print this help
  -                  read the script from standard input
  --                 end of options
`

// Exit codes. 9 is Node's, doc/api/process.md, "Exit codes"; 70 is EX_SOFTWARE of sysexits.
const (
	exitBadArgument = 9
	exitBug         = 70
)

func main() { os.Exit(run(os.Args[1:])) }

// command is what the arguments ask for.
type command struct {
	code     string // of -e or -p
	hasCode  bool
	print    bool
	script   string // a path, or "-" for standard input
	args     []string
	execArgv []string
	compat   string

	shutdownTimeout time.Duration
}

func run(args []string) int {
	// The script's garbage is short-lived; fewer collections for a few MB more. GOGC, if set, wins.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if len(args) > 0 && args[0] == "conformance" && !exists(args[0]) {
		self, err := os.Executable()
		if err != nil {
			fmt.Fprintln(os.Stderr, "gonode:", err)
			return 1
		}
		return conformance.Main(self, args[1:], os.Stdout, os.Stderr)
	}
	c, status, done := parse(args)
	if done {
		return status
	}
	o := runtime.Options{ExecArgv: c.execArgv, OwnsProcess: true, Transform: transform.Source, Compat: c.compat}
	switch {
	case c.hasCode:
		o.Args = c.args
	case c.script == "-":
		o.Args = append([]string{"-"}, c.args...)
	default:
		o.Args = append([]string{absolute(c.script)}, c.args...)
	}
	rt, err := runtime.New(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gonode:", err)
		return exitBadArgument
	}
	if c.shutdownTimeout > 0 {
		defer terminateGently(rt, c.shutdownTimeout)()
	}
	switch {
	case c.hasCode && c.print:
		err = rt.PrintString("[eval]", c.code)
	case c.hasCode:
		err = rt.RunString("[eval]", c.code)
	case c.script == "-":
		var source []byte
		if source, err = io.ReadAll(os.Stdin); err == nil {
			err = rt.RunString("[stdin]", string(source))
		}
	default:
		err = rt.RunFile(c.script)
	}
	var exit *runtime.ExitError
	var bug *runtime.PanicError
	switch {
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &bug):
		fmt.Fprintf(os.Stderr, "gonode: %v\n\nThis is a bug in gonode, not in the script.\n\n%s", bug, bug.Stack)
		return exitBug
	case err != nil:
		fmt.Fprintln(os.Stderr, "gonode:", err)
		return 1
	}
	return 0
}

// exists reports whether a script goes by the name: it comes before a command.
func exists(name string) bool {
	for _, file := range []string{name, name + ".js"} {
		if _, err := os.Stat(file); err == nil {
			return true
		}
	}
	return false
}

// parse reads the command line; done means that status is the end of it.
func parse(args []string) (c command, status int, done bool) {
	c.shutdownTimeout = defaultShutdownTimeout
	for len(args) > 0 {
		arg := args[0]
		switch {
		case arg == "-v" || arg == "--version":
			fmt.Printf("v%s (gonode v%s)\n", runtime.NodeVersion, runtime.Version)
			return c, 0, true
		case arg == "-h" || arg == "--help":
			fmt.Print(usage)
			return c, 0, true
		case arg == "-e" || arg == "--eval" || arg == "-p" || arg == "--print" || arg == "-pe":
			if len(args) < 2 {
				fmt.Fprintf(os.Stderr, "gonode: %s requires an argument\n", arg)
				return c, exitBadArgument, true
			}
			c.code, c.hasCode = args[1], true
			c.print = c.print || strings.HasPrefix(arg, "-p") || arg == "--print"
			c.execArgv = append(c.execArgv, arg, args[1])
			args = args[2:]
			continue
		case strings.HasPrefix(arg, "--compat="):
			c.compat = strings.TrimPrefix(arg, "--compat=")
			c.execArgv = append(c.execArgv, arg)
			args = args[1:]
			continue
		case arg == "--shutdown-timeout" || strings.HasPrefix(arg, "--shutdown-timeout="):
			name, text, joined := strings.Cut(arg, "=")
			rest := args[1:]
			if !joined && len(rest) > 0 {
				text, rest = rest[0], rest[1:]
			}
			ms, err := strconv.ParseUint(text, 10, 31)
			if err != nil {
				fmt.Fprintf(os.Stderr, "gonode: %s requires a number of milliseconds\n", name)
				return c, exitBadArgument, true
			}
			c.shutdownTimeout = time.Duration(ms) * time.Millisecond
			c.execArgv = append(c.execArgv, args[:len(args)-len(rest)]...)
			args = rest
			continue
		case arg == "--":
			args = args[1:]
		case arg == "-" || !strings.HasPrefix(arg, "-"):
		default:
			fmt.Fprintf(os.Stderr, "gonode: bad option: %s\n", arg)
			return c, exitBadArgument, true
		}
		break
	}
	if c.hasCode {
		c.args = args
		return c, 0, false
	}
	if len(args) == 0 {
		// Without a script node reads standard input, or starts a REPL on a terminal.
		if info, err := os.Stdin.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(os.Stderr, "gonode: no script given, and gonode has no REPL\n\n"+usage)
			return c, exitBadArgument, true
		}
		args = []string{"-"}
	}
	c.script, c.args = args[0], args[1:]
	return c, 0, false
}
