package runtime

import "github.com/gonode/gonode/modules/util"

// ParseEnv reads the text of a .env file, as node's option --env-file does: what to add to Options.Env.
func ParseEnv(text string) map[string]string {
	env := make(map[string]string)
	for _, v := range util.ParseEnv(text) {
		env[v.Name] = v.Value
	}
	return env
}
