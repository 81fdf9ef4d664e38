//go:build interop

package interop_test

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ws is the version of the package that serves WebSockets.
const ws = "ws@8.18.3"

// TestChromium has a browser load a page that tries all that pages do.
func TestChromium(t *testing.T) {
	need(t, "chromium")
	need(t, "npm")
	dir := t.TempDir()
	if out, err := exec.Command("npm", "install", "--prefix", dir, "--no-audit", "--no-fund", "--ignore-scripts", ws).CombinedOutput(); err != nil {
		t.Skipf("npm install %s: %v\n%s", ws, err, out)
	}
	server := exec.Command(gonode, "browser.js", filepath.Join(dir, "node_modules", "ws"))
	var stderr strings.Builder
	server.Stderr = &stderr
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		if stderr.Len() > 0 {
			t.Error(stderr.String())
		}
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the server does not start")
	}
	browser := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--user-data-dir="+t.TempDir(), "--remote-debugging-port=0", "http://127.0.0.1:"+lines.Text()+"/")
	var log strings.Builder
	browser.Stderr = &log
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = browser.Process.Kill()
		_ = browser.Wait()
	}()
	reported := make(chan string, 1)
	go func() {
		lines.Scan()
		reported <- lines.Text()
	}()
	select {
	case line := <-reported:
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(line, err)
		}
		upload, _ := json.Marshal(got["upload"])
		got["upload"] = string(upload)
		for name, want := range map[string]any{
			"style": "rgb(1, 2, 3)", "image": 33.0, "many": 820_000.0, "cached": "200 200", "range": 200.0,
			"upload": `{"length":2000000,"sum":"e82f730f749c332843645ee26b77bb81","type":""}`,
			"form":   "multipart/form-data", "events": "1,2,3,4", "socket": "welcome,text ü,100000 1000",
			"abort": "aborted", "endlessClosed": 1.0, "notModified": 1.0,
		} {
			if got[name] != want {
				t.Errorf("%s: %v, want %v", name, got[name], want)
			}
		}
	case <-time.After(60 * time.Second):
		t.Fatal("no report; the browser says:\n", log.String())
	}
}
