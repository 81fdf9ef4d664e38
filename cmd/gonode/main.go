// Command gonode runs Node-style JavaScript: gonode server.js.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gonode/gonode/jstests/conformance"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/transform"
)

// Exit codes. 9 is Node's, doc/api/process.md, "Exit codes"; 70 is EX_SOFTWARE of sysexits.
const (
	exitBadArgument = 9
	exitBug         = 70
)

func main() { os.Exit(run(os.Args[1:])) }

// run does what the arguments ask for and returns the exit code.
func run(args []string) int {
	if os.Getenv("GOGC") == "" {
		runtime.TuneGC()
	}
	if len(args) > 0 && args[0] == "conformance" && !exists(args[0]) {
		self, err := os.Executable()
		if err != nil {
			return exitStatus(err)
		}
		return conformance.Main(self, args[1:], os.Stdout, os.Stderr)
	}
	restoreSignals()
	c, env, err := commandLine(args)
	if err != nil {
		return exitStatus(err)
	}
	switch {
	case c.version:
		fmt.Printf("v%s (gonode v%s)\n", runtime.NodeVersion, runtime.Version)
		return 0
	case c.help:
		printUsage(os.Stdout)
		return 0
	case c.watch:
		return exitStatus(c.watchScript())
	}
	c.flags.Allowed = allowedInEnvironment()
	o := runtime.Options{
		Args: c.argv(), ExecArgv: c.execArgv, Env: env, OwnsProcess: true, Transform: transform.Source,
		Compat: c.compat, Preload: c.preload, Flags: c.flags, Loaded: reportLoaded(),
		Cluster: true, Permissions: c.permissions,
	}
	rt, err := runtime.New(o)
	if err != nil {
		return exitStatus(&usageError{err.Error()})
	}
	releaseStartUp()
	heedPipes()
	endBySignals(rt)
	if c.shutdownTimeout > 0 {
		defer terminateGently(rt, c.shutdownTimeout)()
	}
	if c.profile {
		stop, err := c.startProfile()
		if err != nil {
			return exitStatus(err)
		}
		defer stop()
	}
	return exitStatus(c.start(rt))
}

// argv is process.argv behind the program.
func (c *command) argv() []string {
	switch {
	case c.hasCode || c.script == "":
		return c.args
	case c.script == "-":
		return append([]string{"-"}, c.args...)
	}
	return append([]string{absolute(c.script)}, c.args...)
}

// start runs what there is to run.
func (c *command) start(rt *runtime.Runtime) error {
	switch {
	case c.hasCode && c.interactive:
		return c.interact(rt)
	case c.hasCode && c.print:
		return rt.PrintString("[eval]", c.code)
	case c.hasCode:
		return rt.RunString("[eval]", c.code)
	case c.check && !c.readsInput():
		return rt.Check(c.script)
	case c.workers > 0:
		return rt.RunWorkers(absolute(c.script), c.workers)
	case !c.readsInput():
		return rt.RunFile(c.script)
	}
	if c.script == "" && (c.interactive || isTerminal(os.Stdin)) {
		return c.interact(rt)
	}
	source, err := io.ReadAll(os.Stdin)
	switch {
	case err != nil:
		return err
	case c.check:
		return rt.CheckString("[stdin]", string(source))
	case c.print:
		return rt.PrintString("[stdin]", string(source))
	}
	return rt.RunString("[stdin]", string(source))
}

// readsInput reports whether the script comes from standard input.
func (c *command) readsInput() bool { return c.script == "" || c.script == "-" }

// isTerminal reports whether somebody types what f reads.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// exitStatus is the exit code that err means; what the runtime has not told yet is told.
func exitStatus(err error) int {
	var exit *runtime.ExitError
	var bug *runtime.PanicError
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &bug):
		fmt.Fprintf(os.Stderr, "gonode: %v\n\nThis is a bug in gonode, not in the script.\n\n%s", bug, bug.Stack)
		return exitBug
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, err)
		return exitBadArgument
	}
	fmt.Fprintln(os.Stderr, "gonode:", err)
	return 1
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
