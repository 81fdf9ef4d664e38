package main

import (
	"fmt"
	"io"
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
       gonode conformance [options] [PATTERN]

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
	row(w, "NODE_NO_WARNINGS", "1: no warnings")
	row(w, "NODE_PATH", "folders where modules are searched at last")
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
