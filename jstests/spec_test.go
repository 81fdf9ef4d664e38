package jstests_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// marker is how a test names the sentences it shows: in a comment of JavaScript or Go, or in the
// comment at the head of a transcript.
var marker = regexp.MustCompile(`(?m)^\s*(?:// )?spec: (.+)$`)

// TestSentences holds the tests against http-spec/sentences.txt: each sentence of the document has a
// test that names it and that gonode passes, and no test names what is no sentence.
func TestSentences(t *testing.T) {
	text, err := os.ReadFile("http-spec/sentences.txt")
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]int)
	for n, line := range strings.Split(string(text), "\n") {
		id, sentence, _ := strings.Cut(line, " ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.TrimSpace(sentence) == "":
			t.Errorf("sentences.txt:%d: %s says nothing", n+1, id)
		}
		if _, twice := shown[id]; twice {
			t.Errorf("sentences.txt:%d: %s a second time", n+1, id)
		}
		shown[id] = 0
	}
	known := readKnown(t)
	for _, file := range testFiles(t) {
		if _, fails := known[file]; fails {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range marker.FindAllStringSubmatch(string(text), -1) {
			for id := range strings.SplitSeq(m[1], ",") {
				id = strings.TrimSpace(id)
				if _, ok := shown[id]; !ok {
					t.Errorf("%s names %q, which is no sentence", file, id)
					continue
				}
				shown[id]++
			}
		}
	}
	for id, tests := range shown {
		if tests == 0 {
			t.Errorf("no test names %s", id)
		}
	}
}

// testFiles are the files that may name sentences: programs, transcripts, and tests in Go.
func testFiles(t *testing.T) []string {
	var files []string
	for _, root := range []string{".", "../modules", "../eventloop", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			name := d.Name()
			switch {
			case err != nil:
				return err
			case strings.HasSuffix(name, "_test.go"), strings.HasPrefix(name, "test-") && strings.HasSuffix(name, ".js"), strings.HasSuffix(name, ".txtar"):
				files = append(files, filepath.ToSlash(path))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
