package main

import (
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strconv"
	"time"

	"github.com/gonode/gonode/runtime"
)

// command is what the arguments ask for.
type command struct {
	code        string // of -e or -p
	hasCode     bool
	print       bool
	check       bool
	interactive bool
	version     bool
	help        bool

	script   string // a path, or "-" for standard input; empty: none was given
	args     []string
	execArgv []string // the options, as process.execArgv shows them

	compat          string
	envFiles        []envFile
	preload         []string
	shutdownTimeout time.Duration
	workers         int // 0: the script runs in this process's only runtime
	flags           runtime.Flags
	permissions     *runtime.Permissions // nil: everything

	watch       bool
	watchPaths  []string
	keepsOutput bool // when a watched script starts again

	profile     bool
	profileDir  string
	profileName string
}

// option is one row of the table of options: how it is written, what help says, what it does.
type option struct {
	name  string // "--eval"
	short string // "-e"; empty: none
	arg   string // what help calls its argument; empty: it has none
	may   bool   // the argument may be left out; it comes behind "=" only
	help  string
	env   bool // GONODE_OPTIONS may have it

	// One of these. set gets the argument, "" if there is none. flag is the field that an option sets and --no-name clears. With on
	// it is the other way: the field tells the absence of what the option has from the start, and help
	// shows the form with "no".
	flag func(c *command) *bool
	on   bool
	set  func(c *command, arg string) error
}

// The table, in the order of help.
var options = []option{
	grant("--allow-child-process", "FILE,...", true, "let the script start these programs"),
	grant("--allow-env", "NAME,...", true, "let it see and set these variables; APP_* is all that begin so"),
	{name: "--allow-exit", env: true, help: "let it end the process", set: func(c *command, _ string) error { return c.grant("--allow-exit") }},
	grant("--allow-fs-read", "PATH,...", false, "let it read these files, and what is below these folders; *: all"),
	grant("--allow-fs-write", "PATH,...", false, "let it write these; *: all"),
	grant("--allow-listen", "HOST:PORT,...", true, "let it listen there"),
	grant("--allow-net", "HOST:PORT,...", true, "let it connect to there; without a port, to any"),
	{name: "--check", short: "-c", help: "check the syntax of the script, do not run it", flag: func(c *command) *bool { return &c.check }},
	{name: "--compat", arg: "0.11", env: true, help: "behave as the documentation of 2013 has it where versions differ",
		set: func(c *command, arg string) error { c.compat = arg; return nil }},
	{name: "--conditions", short: "-C", arg: "NAME", env: true, help: "try NAME too in the exports and imports of packages",
		set: list(func(c *command) *[]string { return &c.flags.Conditions })},
	{name: "--cpu-prof", env: true, help: "write a CPU profile of the script when it ends", flag: func(c *command) *bool { return &c.profile }},
	{name: "--cpu-prof-dir", arg: "DIR", env: true, help: "where --cpu-prof writes it (the working directory)",
		set: text(func(c *command) *string { return &c.profileDir })},
	{name: "--cpu-prof-name", arg: "NAME", env: true, help: "what --cpu-prof calls it (CPU.date.time.pid.0.001.cpuprofile)",
		set: text(func(c *command) *string { return &c.profileName })},
	{name: "--deprecation", on: true, env: true, help: "no warnings of what is deprecated",
		flag: func(c *command) *bool { return &c.flags.NoDeprecation }},
	{name: "--disable-warning", arg: "NAME", env: true, help: "no warnings of this type or code",
		set: list(func(c *command) *[]string { return &c.flags.DisableWarnings })},
	{name: "--enable-source-maps", env: true, help: "heed the source maps that scripts name", flag: func(c *command) *bool { return &c.flags.SourceMaps }},
	{name: "--env-file", arg: "FILE", help: "set the variables that FILE has and the environment has not",
		set: func(c *command, arg string) error { c.envFiles = append(c.envFiles, envFile{arg, true}); return nil }},
	{name: "--env-file-if-exists", arg: "FILE", help: "the same, if there is FILE",
		set: func(c *command, arg string) error { c.envFiles = append(c.envFiles, envFile{arg, false}); return nil }},
	{name: "--eval", short: "-e", arg: "CODE", help: "run CODE",
		set: func(c *command, arg string) error { c.code, c.hasCode = arg, true; return nil }},
	{name: "--help", short: "-h", help: "print this help", flag: func(c *command) *bool { return &c.help }},
	{name: "--input-type", arg: "TYPE", env: true, help: "what CODE and standard input are: module or commonjs", set: setInputType},
	{name: "--interactive", short: "-i", help: "read commands, also if standard input is no terminal", flag: func(c *command) *bool { return &c.interactive }},
	{name: "--max-http-header-size", arg: "BYTES", env: true, help: "limit of a message's head (16384)", set: number("a number of bytes", 1<<31-1, func(c *command, n int) { c.flags.MaxHTTPHeaderSize = n })},
	{name: "--permission", env: true, help: "refuse everything that no --allow option grants, as each of them does", set: func(c *command, _ string) error { return c.grant("") }},
	{name: "--preserve-symlinks", env: true, help: "modules are known by the links they are reached by", flag: func(c *command) *bool { return &c.flags.PreserveSymlinks }},
	{name: "--print", short: "-p", help: "print the value of the code; an argument is the code, as with -e", flag: func(c *command) *bool { return &c.print }},
	{name: "--require", short: "-r", arg: "MODULE", env: true, help: "load MODULE before the script",
		set: list(func(c *command) *[]string { return &c.preload })},
	{name: "--shutdown-timeout", arg: "MS", env: true, help: "how long answers in flight may take when SIGTERM comes (10000)",
		set: number("a number of milliseconds", 1<<31-1, func(c *command, n int) { c.shutdownTimeout = time.Duration(n) * time.Millisecond })},
	{name: "--stack-trace-limit", arg: "N", env: true, help: "how many frames a stack has (10)",
		set: number("a number", 1<<31-1, func(c *command, n int) { c.flags.StackTraceLimit = &n })},
	{name: "--throw-deprecation", env: true, help: "throw where something deprecated is used", flag: func(c *command) *bool { return &c.flags.ThrowDeprecation }},
	{name: "--title", arg: "TITLE", env: true, help: "process.title", set: text(func(c *command) *string { return &c.flags.Title })},
	{name: "--trace-deprecation", env: true, help: "print the stack of warnings of what is deprecated", flag: func(c *command) *bool { return &c.flags.TraceDeprecation }},
	{name: "--trace-http", env: true, help: "write a line on standard error for each HTTP message", flag: func(c *command) *bool { return &c.flags.TraceHTTP }},
	{name: "--trace-uncaught", env: true, help: "print where an uncaught exception that is no Error was thrown", flag: func(c *command) *bool { return &c.flags.TraceUncaught }},
	{name: "--trace-warnings", env: true, help: "print the stack of warnings", flag: func(c *command) *bool { return &c.flags.TraceWarnings }},
	{name: "--unhandled-rejections", arg: "MODE", env: true, help: "throw, strict, warn, none or warn-with-error-code (throw)", set: setRejections},
	{name: "--version", short: "-v", help: "print the version of gonode and of the Node API it follows", flag: func(c *command) *bool { return &c.version }},
	{name: "--warnings", on: true, env: true, help: "no warnings", flag: func(c *command) *bool { return &c.flags.NoWarnings }},
	{name: "--watch", help: "start the script again when a file that it loaded changes", flag: func(c *command) *bool { return &c.watch }},
	{name: "--watch-path", arg: "PATH", help: "the same for PATH and what is below it, instead of loaded files",
		set: func(c *command, arg string) error {
			c.watch, c.watchPaths = true, append(c.watchPaths, arg)
			return nil
		}},
	{name: "--watch-preserve-output", help: "keep what is on the terminal when --watch starts it again", flag: func(c *command) *bool { return &c.keepsOutput }},
	{name: "--workers", arg: "N|auto", env: true, help: "run the script N times at once, behind one port; auto: once for each processor", set: setWorkers},
}

// allowedInEnvironment lists the options that GONODE_OPTIONS may have, as they may be written.
func allowedInEnvironment() []string {
	var names []string
	for _, o := range options {
		if !o.env {
			continue
		}
		names = append(names, o.name)
		if o.flag != nil {
			names = append(names, "--no-"+o.name[2:])
		}
		if o.short != "" {
			names = append(names, o.short)
		}
	}
	return names
}

// grant is an option of permissions. Those that may go without an argument then grant all of their kind.
func grant(name, arg string, may bool, help string) option {
	return option{name: name, arg: arg, may: may, env: true, help: help, set: func(c *command, arg string) error {
		if arg != "" {
			return c.grant(name + "=" + arg)
		}
		return c.grant(name)
	}}
}

// grant makes permissions those that are listed, and lists one more, unless it is empty.
func (c *command) grant(what string) error {
	if c.permissions == nil {
		c.permissions = new(runtime.Permissions)
	}
	if what == "" {
		return nil
	}
	_, err := c.permissions.Grant(what)
	return err
}

func text(field func(c *command) *string) func(*command, string) error {
	return func(c *command, arg string) error { *field(c) = arg; return nil }
}

func list(field func(c *command) *[]string) func(*command, string) error {
	return func(c *command, arg string) error { *field(c) = append(*field(c), arg); return nil }
}

// number is for an option whose argument is what, from 0 to most.
func number(what string, most uint64, set func(c *command, n int)) func(*command, string) error {
	return func(c *command, arg string) error {
		n, err := strconv.ParseUint(arg, 10, 64)
		if err != nil || n > most {
			return errors.New(" requires " + what)
		}
		set(c, int(n))
		return nil
	}
}

func setRejections(c *command, arg string) error {
	if !slices.Contains([]string{"throw", "strict", "warn", "none", "warn-with-error-code"}, arg) {
		return fmt.Errorf("invalid value for --unhandled-rejections")
	}
	c.flags.UnhandledRejections = arg
	return nil
}

func setInputType(c *command, arg string) error {
	if arg != "module" && arg != "commonjs" {
		return errors.New(` must be "module" or "commonjs"`)
	}
	c.flags.InputType = arg
	return nil
}

// maxWorkers is more than anybody has processors.
const maxWorkers = 1024

func setWorkers(c *command, arg string) error {
	if arg == "auto" {
		c.workers = goruntime.GOMAXPROCS(0)
		return nil
	}
	n, err := strconv.ParseUint(arg, 10, 64)
	if err != nil || n < 1 || n > maxWorkers {
		return fmt.Errorf("--workers requires a number from 1 to %d, or auto", maxWorkers)
	}
	c.workers = int(n)
	return nil
}

// find returns the option that goes by name, and whether name is its form with "no"; nil if there is none.
func find(name string) (o *option, no bool) {
	for i := range options {
		o := &options[i]
		switch {
		case name == o.name, name == o.short && name != "":
			return o, false
		case o.flag != nil && name == "--no-"+o.name[2:]:
			return o, true
		}
	}
	return nil, false
}
