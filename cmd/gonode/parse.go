package main

import (
	"fmt"
	"strings"
)

// usageError is a command line that asks for nothing that can be done.
type usageError struct{ text string }

func (e *usageError) Error() string { return "gonode: " + e.text }

func badUsage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// parse reads the options of GONODE_OPTIONS, then those of the command line, up to the script.
//
// Node v20 src/node_options-inl.h: OptionsParser::Parse.
func parse(environment, args []string) (*command, error) {
	c := &command{shutdownTimeout: defaultShutdownTimeout}
	if rest, err := c.options(environment, true); err != nil {
		return nil, err
	} else if len(rest) > 0 {
		return nil, badUsage("%s is not allowed in %s", rest[0], optionsVariable)
	}
	rest, err := c.options(args, false)
	if err != nil {
		return nil, err
	}
	c.execArgv = args[:len(args)-len(rest)]
	if n := len(c.execArgv); n > 0 && c.execArgv[n-1] == "--" {
		c.execArgv = c.execArgv[:n-1]
	}
	if !c.hasCode && len(rest) > 0 {
		c.script, rest = rest[0], rest[1:]
	}
	c.args = rest
	return c, c.conflict()
}

// conflict is the error of options that exclude each other.
func (c *command) conflict() error {
	switch {
	case c.check && c.hasCode:
		return badUsage("either --check or --eval can be used, not both")
	case c.watch && c.check:
		return badUsage("either --watch or --check can be used, not both")
	case c.watch && c.hasCode:
		return badUsage("either --watch or --eval can be used, not both")
	case c.watch && c.interactive:
		return badUsage("either --watch or --interactive can be used, not both")
	case c.watch && (c.script == "" || c.script == "-") && !c.version && !c.help:
		return badUsage("--watch requires specifying a file")
	case c.workers > 0 && c.readsInput() && !c.hasCode && !c.version && !c.help, c.workers > 0 && c.hasCode:
		return badUsage("--workers requires specifying a file")
	case c.workers > 0 && c.check:
		return badUsage("either --workers or --check can be used, not both")
	}
	return nil
}

// options takes the options at the beginning of args and returns what follows them.
func (c *command) options(args []string, fromEnvironment bool) (rest []string, err error) {
	for len(args) > 0 {
		given := args[0]
		if given == "--" && !fromEnvironment {
			return args[1:], nil
		}
		if given == "-" || !strings.HasPrefix(given, "-") {
			return args, nil
		}
		args = args[1:]
		name, value, joined := given, "", false
		if strings.HasPrefix(given, "--") {
			name, value, joined = strings.Cut(given, "=")
			name = strings.ReplaceAll(name, "_", "-")
		}
		if takes := len(args) > 0 && !strings.HasPrefix(args[0], "-"); name == "-pe" || (name == "--print" || name == "-p") && (joined || takes) {
			c.print = true // with an argument it is --eval as well
			name = "--eval"
		}
		o, no := find(name)
		switch {
		case o == nil && fromEnvironment, o != nil && fromEnvironment && !o.env:
			return nil, badUsage("%s is not allowed in %s", name, optionsVariable)
		case o == nil:
			return nil, badUsage("bad option: %s", given)
		case o.flag != nil:
			*o.flag(c) = no == o.on
			continue
		}
		switch {
		case o.arg == "":
			value = ""
		case joined && value != "", o.may && !joined:
		case !joined && len(args) > 0 && !strings.HasPrefix(args[0], "-"):
			value, args = args[0], args[1:]
			if strings.HasPrefix(value, `\-`) {
				value = value[1:] // the backslash says that it is no option
			}
		default:
			return nil, badUsage("%s requires an argument", given)
		}
		if err := o.set(c, value); err != nil {
			if strings.HasPrefix(err.Error(), " ") {
				return nil, badUsage("%s%v", name, err)
			}
			return nil, badUsage("%v", err)
		}
	}
	return nil, nil
}
