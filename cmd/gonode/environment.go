package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gonode/gonode/runtime"
)

// optionsVariable holds options, as NODE_OPTIONS does for node.
const optionsVariable = "GONODE_OPTIONS"

// envFile is an argument of --env-file, or of --env-file-if-exists, which is not required.
type envFile struct {
	path     string
	required bool
}

// readEnvironment returns the variables of the process and those of the files, of which the last
// counts, and the process's before all; nil if there are no files. What of the optional ones is missing
// is told on w, as node does.
func readEnvironment(files []envFile, w io.Writer) (map[string]string, error) {
	if len(files) == 0 {
		return nil, nil
	}
	env := make(map[string]string)
	for _, f := range files {
		content, err := os.ReadFile(f.path)
		switch {
		case err != nil && os.IsNotExist(err) && !f.required:
			fmt.Fprintf(w, "%s not found. Continuing without it.\n", f.path)
			continue
		case err != nil:
			return nil, badUsage("%s: not found", f.path)
		}
		for name, value := range runtime.ParseEnv(string(content)) {
			env[name] = value
		}
	}
	for _, kv := range os.Environ() {
		if name, value, ok := strings.Cut(kv, "="); ok {
			env[name] = value
		}
	}
	return env, nil
}

// splitOptions splits the text of GONODE_OPTIONS at spaces; in double quotes there may be some, and a
// backslash there takes the next character as it is.
//
// Node v20 src/node_options.cc: ParseNodeOptionsEnvVar.
func splitOptions(text string) ([]string, error) {
	var all []string
	var word strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && quoted:
			if i+1 == len(text) {
				return nil, badUsage("invalid value for %s (invalid escape)\n", optionsVariable)
			}
			i++
			word.WriteByte(text[i])
		case c == ' ' && !quoted:
			if begun {
				all = append(all, word.String())
				word.Reset()
			}
			begun = false
			continue
		case c == '"':
			quoted = !quoted
		default:
			word.WriteByte(c)
		}
		begun = true
	}
	if quoted {
		return nil, badUsage("invalid value for %s (unterminated string)\n", optionsVariable)
	}
	if begun {
		all = append(all, word.String())
	}
	return all, nil
}

// commandLine reads all options there are, and the environment that --env-file makes; nil: the process's.
func commandLine(args []string) (*command, map[string]string, error) {
	// The files named in the arguments may have GONODE_OPTIONS, which come before them.
	c, err := parse(nil, args)
	if err != nil {
		return nil, nil, err
	}
	env, err := readEnvironment(c.envFiles, os.Stdout)
	if err != nil {
		return nil, nil, err
	}
	text := env[optionsVariable]
	if env == nil {
		text = os.Getenv(optionsVariable)
	}
	given, err := splitOptions(text)
	if err != nil {
		return nil, nil, err
	}
	if len(given) > 0 {
		c, err = parse(given, args)
	}
	return c, env, err
}
