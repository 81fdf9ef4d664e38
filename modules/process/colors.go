package process

import (
	"regexp"
	"strings"
)

// terminalColors are the bits of colour that terminals of these names show.
//
// Node v20 lib/internal/tty.js: TERM_ENVS.
var terminalColors = map[string]int{
	"eterm": 4, "cons25": 4, "console": 4, "cygwin": 4, "dtterm": 4, "gnome": 4, "hurd": 4, "jfbterm": 4, "konsole": 4,
	"kterm": 4, "mlterm": 4, "mosh": 24, "putty": 4, "st": 4, "rxvt-unicode-24bit": 24, "terminator": 24, "xterm-kitty": 24,
}

var colorTerminals = regexp.MustCompile(`ansi|color|linux|direct|^con[0-9]*x[0-9]|^rxvt|^screen|^xterm|^vt100|^vt220`)

// colorDepth is how many bits of colour the terminal shows, as the environment tells: 1 for none.
//
// Node v20 lib/internal/tty.js: getColorDepth.
func (r *Room) colorDepth() int { return colorDepth(r.Env) }

func colorDepth(lookup func(name string) (value string, ok bool)) int {
	env := func(name string) string {
		v, _ := lookup(name)
		return v
	}
	if force, ok := lookup("FORCE_COLOR"); ok {
		switch force {
		case "", "1", "true":
			return 4
		case "2":
			return 8
		case "3":
			return 24
		}
		return 1
	}
	for _, name := range []string{"NODE_DISABLE_COLORS", "NO_COLOR"} {
		if _, ok := lookup(name); ok {
			return 1
		}
	}
	term := strings.ToLower(env("TERM"))
	switch {
	case term == "dumb":
		return 1
	case env("TMUX") != "":
		return 24
	case env("CI") != "":
		for _, name := range []string{"APPVEYOR", "BUILDKITE", "CIRCLECI", "DRONE", "GITHUB_ACTIONS", "GITLAB_CI", "TRAVIS"} {
			if env(name) != "" {
				return 8
			}
		}
		if env("CI_NAME") == "codeship" {
			return 8
		}
		return 1
	}
	switch env("TERM_PROGRAM") {
	case "iTerm.app":
		if v := env("TERM_PROGRAM_VERSION"); v == "" || strings.HasPrefix(v, "0.") || strings.HasPrefix(v, "1.") || strings.HasPrefix(v, "2.") {
			return 8
		}
		return 24
	case "HyperTerm", "MacTerm":
		return 24
	case "Apple_Terminal":
		return 8
	}
	switch color := env("COLORTERM"); {
	case color == "truecolor", color == "24bit":
		return 24
	case term == "":
		return 1
	case strings.HasPrefix(term, "xterm-256"):
		return 8
	case terminalColors[term] > 0:
		return terminalColors[term]
	case colorTerminals.MatchString(term), color != "":
		return 4
	}
	return 1
}
