package http_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// eraLogs is what a program of the documented era sees where it may see something else.
var eraLogs = map[string]string{
	// No Host is served; two are not, here as there.
	"safety-host":      "request /none\nrequest /after\nrequest /empty\nrequest /ten\n",
	"safety-host-body": "request /none\n",
	// An expectation that nobody knows is served.
	"desync-cl-0": "POST /cl0\nGET /next\nPOST /late\nGET /next\nGET /get\nGET /next\nHEAD /head\nGET /next\nPOST /chunked\nGET /next\n" +
		"refused /expect\nPOST /expect-unknown\nGET /next\nPOST /upgrade\nGET /next\n",
	// A request that is cut short has no 'error'; no end either.
	"safety-trailer-size":  "",
	"error-408-body":       "close false\n",
	"error-413-extensions": "a\n",
}

// TestWireIsAsStrictInTheDocumentedEra plays the transcripts about safety to a server of 0.11: its
// program must see what it sees today, above all no request that is none.
func TestWireIsAsStrictInTheDocumentedEra(t *testing.T) {
	for _, pattern := range []string{"safety-*", "desync-*", "proto-names", "pipeline-after-close*", "error-4*", "insecure-parser"} {
		files, err := filepath.Glob("testdata/wire/" + pattern + ".txtar")
		if err != nil || len(files) == 0 {
			t.Fatal("no files", pattern, err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			t.Run(name, func(t *testing.T) {
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				_, list := sections(string(b))
				part := make(map[string]string)
				for _, p := range list {
					part[p.name] = p.text
				}
				want, differs := eraLogs[name]
				if !differs {
					want = part["log"]
				}
				var log string
				synctest.Test(t, func(t *testing.T) {
					_, log = wireOf(t, "0.11", part["script.js"], part["in"], part["answer"])
				})
				if log != want {
					t.Errorf("log:\n%s\nwant:\n%s", log, want)
				}
			})
		}
	}
}

// TestNothingSplitsAMessageInTheDocumentedEra: line breaks in values are left out there, not refused.
// Wherever a program may put text, what leaves is one message with the fields it names.
func TestNothingSplitsAMessageInTheDocumentedEra(t *testing.T) {
	const script = `
		const bad = 'a\r\nX-Split: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n';
		serve((req, res) => {
			const tries = [
				() => res.setHeader('X-A', bad), () => res.setHeader('X-B', [bad, bad]), () => res.setHeader('X-C\r\nX-Split', 'v'),
				() => res.setHeader('X-D', 'nul\0'), () => res.addTrailers({ 'X-E': bad }), () => res.addTrailers({ 'X-F\r\n': 'v' }),
				() => { res.statusMessage = bad; res.writeHead(200); },
				() => { res.statusMessage = 'Fine'; res.writeHead(200, bad); },
				() => { res.statusMessage = 'Fine'; res.writeHead(200, 'Fine', { 'X-G': { toString: () => bad }, 'X-H': 'h' }); },
			];
			for (const f of tries) attempt(f);
			res.end('body');
		});`
	var out string
	synctest.Test(t, func(t *testing.T) {
		out, _ = wireOf(t, "0.11", script, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, "")
	})
	const joined = `aX-Split: 1HTTP/1.1 200 OK`
	want := `HTTP/1.1 200 Fine\r\n` + "\n" +
		`X-A: ` + joined + `\r\n` + "\n" + `X-B: ` + joined + `\r\n` + "\n" + `X-B: ` + joined + `\r\n` + "\n" +
		`X-G: ` + joined + `\r\n` + "\n" + `X-H: h\r\n` + "\n" +
		`Date: *\r\n` + "\n" + `Connection: close\r\n` + "\n" + `Transfer-Encoding: chunked\r\n` + "\n" + `\r\n` + "\n" +
		`4\r\n` + "\n" + `body\r\n` + "\n" + `0\r\n` + "\n" + `\r\n` + "\n" + "[end]\n"
	if out != want {
		t.Errorf("on the wire:\n%s\nwant:\n%s", out, want)
	}
}
