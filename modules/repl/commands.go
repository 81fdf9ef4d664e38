package repl

import (
	"slices"
	"strings"
)

// command is a keyword that begins with a dot.
type command struct {
	name, help string // without the dot; no help: it is not listed
	action     func(rest string, done func())
}

// defineCommands makes the keywords of every session.
//
// Node v20 lib/repl.js: defineDefaultCommands.
func (s *Session) defineCommands() {
	now := func(fn func(rest string)) func(string, func()) {
		return func(rest string, done func()) { fn(rest); done() }
	}
	forget := now(func(string) { s.Clear() })
	s.Define("break", "Sometimes you get stuck, this gets you out", forget)
	s.Define("clear", "Alias for .break", forget)
	s.Define("editor", "Enter editor mode", s.edit)
	s.Define("exit", "Exit the REPL", now(func(string) { s.Exit() }))
	s.Define("help", "Print this help message", now(func(string) { s.help() }))
	s.Define("load", "Load JS from a file into the REPL session", func(rest string, done func()) { s.load(rest, done) })
	s.Define("save", "Save all evaluated commands in this REPL session to a file", now(s.save))
}

// Define makes or replaces a keyword; action calls done when it has been answered.
func (s *Session) Define(name, help string, action func(rest string, done func())) {
	c := &command{name, help, action}
	for i, old := range s.commands {
		if old.name == name {
			s.commands[i] = c
			return
		}
	}
	s.commands = append(s.commands, c)
	slices.SortFunc(s.commands, func(a, b *command) int { return strings.Compare(a.name, b.name) })
}

func (s *Session) help() {
	longest := 0
	for _, c := range s.listed() {
		longest = max(longest, len(c.name))
	}
	for _, c := range s.listed() {
		line := "." + c.name
		if c.help != "" {
			line += strings.Repeat(" ", longest-len(c.name)+3) + c.help
		}
		s.Write(line + "\n")
	}
	s.Write("\nPress Ctrl+C to abort current expression, Ctrl+D to exit the REPL\n")
}

// edit is .editor.
func (s *Session) edit(_ string, done func()) {
	if !s.Terminal || s.Edit == nil {
		s.Write("Invalid REPL keyword\n")
		done()
		return
	}
	s.Clear()
	s.Edit(func(text string, ok bool) {
		if !ok || strings.TrimSpace(text) == "" {
			done()
			return
		}
		s.entered = append(s.entered, strings.Split(text, "\n")...)
		s.take(text+"\n", false, done)
	})
}

// listed are the commands that there are: .editor needs a terminal.
func (s *Session) listed() (all []*command) {
	for _, c := range s.commands {
		if c.name != "editor" || s.Terminal {
			all = append(all, c)
		}
	}
	return all
}

// names are the keywords with their dots.
func (s *Session) names() (all []string) {
	for _, c := range s.listed() {
		all = append(all, "."+c.name)
	}
	return all
}
