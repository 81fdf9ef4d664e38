package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// helpColumn is where the explanation of an option begins, helpWidth how long a line of it gets.
const (
	helpColumn = 30
	helpWidth  = 80
)

// printUsage writes what -h shows: the forms of the command, and the table of options.
func printUsage(w io.Writer) {
	fmt.Fprint(w, `Usage: gonode [options] [ script.js | - ] [arguments]
       gonode [options] -e CODE [arguments]
       gonode [options] [-i]
       gonode conformance [options] [PATTERN]

Runs JavaScript written for Node: a script, CODE, standard input, or, at a
terminal, what is typed.

Options:
`)
	row(w, "-", "read the script from standard input (so without one, if that is no terminal)")
	row(w, "--", "end of options")
	for _, o := range options {
		name := o.name
		if o.on {
			name = "--no-" + name[2:]
		}
		if o.short != "" {
			name = o.short + ", " + name
		}
		switch {
		case o.may:
			name += "[=" + o.arg + "]"
		case o.arg != "":
			name += "=" + o.arg
		}
		row(w, name, o.help)
	}
	fmt.Fprint(w, `
Environment variables:
`)
	row(w, optionsVariable, "options that come before those of the command line")
	row(w, "GONODE_BACKEND", "how sockets are served: goroutine or epoll")
	row(w, "NO_COLOR, FORCE_COLOR", "whether output has colours; without them it has on terminals")
	row(w, "GOTRACEBACK", "if set, SIGQUIT shows what each goroutine does")
	row(w, "NODE_CHANNEL_FD", "set for a script that another one forked: where its messages come from")
	row(w, "NODE_CLUSTER_SCHED_POLICY", "rr or none, for cluster.schedulingPolicy")
	row(w, "NODE_DISABLE_COLORS", "1: no colours where somebody types")
	row(w, "NODE_NO_WARNINGS", "1: no warnings")
	row(w, "NODE_PATH", "folders where modules are searched at last")
	row(w, historyVariable, "where the history of what was typed is kept (~/"+historyFile+"); empty: nowhere")
	row(w, historySizeVariable, "how many lines of it are ("+strconv.Itoa(historySize)+")")
	fmt.Fprint(w, `
Exit codes:
`)
	row(w, "0", "nothing was left to wait for")
	row(w, "1", "an exception that nobody caught, or an unhandled rejection")
	row(w, "7", "the handler of exceptions failed itself")
	row(w, strconv.Itoa(exitBadArgument), "an option that is not, or not so")
	row(w, strconv.Itoa(exitBug), "a bug in gonode")
	row(w, "128 + N", "the signal with the number N")
	row(w, "others", "process.exit(code), process.exitCode")
}

// row writes one entry, its explanation broken into lines.
func row(w io.Writer, name, help string) {
	line := "  " + name
	if len(line) >= helpColumn {
		fmt.Fprintln(w, line)
		line = ""
	}
	line += strings.Repeat(" ", helpColumn-len(line)-1)
	for _, word := range strings.Fields(help) {
		if len(line)+1+len(word) > helpWidth {
			fmt.Fprintln(w, line)
			line = strings.Repeat(" ", helpColumn-1)
		}
		line += " " + word
	}
	fmt.Fprintln(w, line)
}
