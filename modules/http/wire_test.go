package http_test

import (
	"context"
	"flag"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gonode/gonode/eventloop/sock"
)

var update = flag.Bool("update", false, "rewrite the out and log sections of testdata/wire")

var dateField = regexp.MustCompile(`Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT`)

// TestWire runs the files of testdata/wire. "script.js" makes a server with serve(…) and "in" is
// what a client sends to it; or the script makes requests to port 8080 and "answer" is what that
// server sends. "out" is what came back, "log" what the script printed. See player for the marks.
func TestWire(t *testing.T) {
	files, err := filepath.Glob("testdata/wire/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			comment, parts := sections(string(b))
			var script, in, answer, wantOut, wantLog string
			for _, p := range parts {
				switch p.name {
				case "script.js":
					script = p.text
				case "in":
					in = p.text
				case "answer":
					answer = p.text
				case "out":
					wantOut = p.text
				case "log":
					wantLog = p.text
				default:
					t.Fatalf("%s: a section %q", file, p.name)
				}
			}
			var out, log string
			synctest.Test(t, func(t *testing.T) { out, log = wire(t, script, in, answer) })
			if *update {
				text := comment + "-- script.js --\n" + script
				if answer != "" {
					text += "-- answer --\n" + answer
				} else {
					text += "-- in --\n" + in
				}
				text += "-- out --\n" + out
				if log != "" {
					text += "-- log --\n" + log
				}
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if out != wantOut {
				t.Errorf("on the wire:\n%s\nwant:\n%s", out, wantOut)
			}
			if log != wantLog {
				t.Errorf("log:\n%s\nwant:\n%s", log, wantLog)
			}
		})
	}
}

// wire runs one exchange in a bubble, where time passes as soon as nothing else does.
func wire(t *testing.T, script, in, answer string) (out, log string) {
	return wireOf(t, "", script, in, answer)
}

// wireOf is wire for an era: Options.Compat.
func wireOf(t *testing.T, era, script, in, answer string) (out, log string) {
	h := newHostOf(t, era)
	p := new(player)
	text := in
	if answer != "" {
		text = answer
		ln, err := h.network.Listen(context.Background(), &sock.ListenOptions{Host: "127.0.0.1", Port: answerPort})
		if err != nil {
			t.Fatal(err)
		}
		p.open = ln.Accept
		defer ln.Close()
	} else {
		p.open = func() (net.Conn, error) {
			synctest.Wait() // until the server listens
			return h.network.DialPort(port)
		}
	}
	played := make(chan error, 1)
	go func() {
		err := p.play(text)
		synctest.Wait()
		h.end()
		played <- err
	}()
	if err := h.run(script); err != nil {
		t.Errorf("script: %v\n%s", err, h.Stderr.String())
	}
	if err := <-played; err != nil {
		t.Error(err)
	}
	log = h.Stdout.String() + h.Stderr.String()
	return dateField.ReplaceAllString(p.out.String(), "Date: *"), log
}
