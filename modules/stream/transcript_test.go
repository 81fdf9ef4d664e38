package stream_test

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var oracle = flag.Bool("oracle", false, "rewrite the transcripts with what node on the PATH prints")

// A transcript file holds cases: "=== name", a script, "---", and what node 20 logs for it.
type transcript struct{ name, script, want string }

const transcriptFile = "testdata/transcripts.txt"

func readTranscripts(t *testing.T) []transcript {
	b, err := os.ReadFile(transcriptFile)
	if err != nil {
		t.Fatal(err)
	}
	var out []transcript
	for _, part := range strings.Split("\n"+string(b), "\n=== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		script, want, _ := strings.Cut("\n"+rest, "\n---\n")
		out = append(out, transcript{name, strings.TrimPrefix(script, "\n"), strings.TrimSuffix(want, "\n")})
	}
	return out
}

func TestTranscripts(t *testing.T) {
	cases := readTranscripts(t)
	if *oracle {
		rewrite(t, cases)
		return
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := newHost(t).eval(c.script); got != c.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.script, got, c.want)
			}
		})
	}
}

// nodeLog is the log function of the test host, for node.
const nodeLog = `
function show(v) {
  if (v === null || typeof v !== 'object') return String(v);
  if (Buffer.isBuffer(v)) return '<' + v.toString('latin1') + '>';
  if (v instanceof Error) return (v.code !== undefined ? v.code : v.name) + ': ' + v.message;
  if (Array.isArray(v)) return '[' + v.map(show).join(',') + ']';
  return JSON.stringify(v);
}
function log() { process.stdout.write(Array.prototype.map.call(arguments, show).join(' ') + '\n'); }
process.on('uncaughtException', (e) => log('uncaught', e));
process.on('unhandledRejection', (e) => log('unhandled', e));
process.on('warning', () => {});
`

func rewrite(t *testing.T, cases []transcript) {
	var out strings.Builder
	for _, c := range cases {
		cmd := exec.Command("node", "--no-warnings", "-e", nodeLog+"(function(){"+prelude+c.script+"\n})()")
		cmd.Stderr = os.Stderr
		b, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", c.name, err, b)
		}
		out.WriteString("=== " + c.name + "\n" + c.script + "\n---\n" + strings.TrimSuffix(string(b), "\n") + "\n")
	}
	if err := os.WriteFile(transcriptFile, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
