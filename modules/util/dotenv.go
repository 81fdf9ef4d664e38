package util

import "strings"

// Variable is a line of a .env file.
type Variable struct{ Name, Value string }

// ParseEnv reads the text of a .env file: the variables in its order; a later one of the same name counts.
//
// Node v20 src/node_dotenv.cc. Source: https://nodejs.org/docs/latest-v20.x/api/cli.html#--env-fileconfig.
func ParseEnv(content string) (all []Variable) {
	content = strings.ReplaceAll(content, "\r\n", "\n")
	for content != "" {
		line, rest, _ := strings.Cut(content, "\n")
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
		if !ok || name == "" || strings.HasPrefix(name, "#") {
			content = rest
			continue
		}
		value = strings.TrimSpace(value)
		if value != "" && strings.ContainsRune("\"'`", rune(value[0])) {
			// A quoted value may go over several lines.
			q := value[0]
			equals := strings.IndexByte(content, '=')
			from := equals + strings.IndexByte(content[equals:], q) + 1
			if end := strings.IndexByte(content[from:], q); end >= 0 {
				value = content[from : from+end]
				if q == '"' {
					value = strings.ReplaceAll(value, `\n`, "\n")
				}
				_, content, _ = strings.Cut(content[from+end:], "\n")
				all = append(all, Variable{name, value})
				continue
			}
		}
		value, _, _ = strings.Cut(value, "#")
		all = append(all, Variable{name, strings.TrimSpace(value)})
		content = rest
	}
	return all
}
