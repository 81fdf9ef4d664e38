package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// reportVariable names the file into which the process of a watched script writes what it loads, a path
// a line.
const reportVariable = "GONODE_WATCH_REPORT"

// reportLoaded is what tells the process that watches of the files that this one loads; nil if there is
// none.
func reportLoaded() func(file string) {
	name := os.Getenv(reportVariable)
	if name == "" {
		return nil
	}
	os.Unsetenv(reportVariable)
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil // the process that watches has ended
	}
	return func(file string) { fmt.Fprintln(f, file) }
}

// settle is how long files have to be left alone before the script starts again: editors write, and
// rename, more than once.
const settle = 100 * time.Millisecond

// watcher runs a script in a process of its own, again each time that something it loaded changes.
type watcher struct {
	c      *command
	notify *fsnotify.Watcher
	report string          // see reportVariable
	read   int64           // how far report was read
	files  map[string]bool // what was loaded
	dirs   map[string]bool // what notify watches
	child  *exec.Cmd       // nil once it has ended
	ended  chan error
	failed bool
}

// watchScript is --watch. It returns when the process is asked to end.
func (c *command) watchScript() error {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer notify.Close()
	dir, err := os.MkdirTemp("", "gonode-watch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	w := &watcher{c: c, notify: notify, report: filepath.Join(dir, "loaded"), files: make(map[string]bool), dirs: make(map[string]bool)}
	if err := notify.Add(dir); err != nil {
		return err
	}
	for _, path := range c.watchPaths {
		if err := w.addTree(absolute(path)); err != nil {
			return err
		}
	}
	return w.run()
}

func (w *watcher) run() error {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	if err := w.start(); err != nil {
		return err
	}
	defer w.stop()
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	for {
		select {
		case <-asked:
			return nil
		case err := <-w.ended:
			w.child, w.failed = nil, err != nil
			if w.failed {
				w.say("Failed running")
			} else {
				w.say("Completed running")
			}
		case e := <-w.notify.Events:
			if e.Name == w.report {
				w.readReport()
			} else if w.concerns(e) {
				quiet.Reset(settle)
			}
		case err := <-w.notify.Errors:
			return err
		case <-quiet.C:
			w.stop()
			if isTerminal(os.Stdout) && !w.c.keepsOutput {
				fmt.Print("\x1bc")
			}
			w.say("Restarting")
			if err := w.start(); err != nil {
				return err
			}
		}
	}
}

// say tells what happens, as node does.
func (w *watcher) say(what string) { fmt.Printf("%s '%s'\n", what, w.c.script) }

// start starts the script.
func (w *watcher) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.WriteFile(w.report, nil, 0o600); err != nil {
		return err
	}
	w.read, w.failed = 0, false
	if w.c.watchPaths == nil {
		clear(w.files)
		w.add(absolute(w.c.script))
	}
	args := append(withoutWatch(w.c.execArgv), "--", w.c.script)
	cmd := exec.Command(self, append(args, w.c.args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), reportVariable+"="+w.report)
	if err := cmd.Start(); err != nil {
		return err
	}
	w.child, w.ended = cmd, make(chan error, 1)
	go func(ended chan<- error) { ended <- cmd.Wait() }(w.ended)
	return nil
}

// withoutWatch drops the options of watching.
func withoutWatch(execArgv []string) []string {
	var out []string
	for i := 0; i < len(execArgv); i++ {
		name, _, joined := strings.Cut(execArgv[i], "=")
		switch o, _ := find(strings.ReplaceAll(name, "_", "-")); {
		case o == nil || !strings.HasPrefix(o.name, "--watch"):
			out = append(out, execArgv[i])
		case o.arg != "" && !joined:
			i++
		}
	}
	return out
}

// stop ends the script and waits for that: by SIGTERM, then, if it does not heed it, by force.
func (w *watcher) stop() {
	if w.child == nil {
		return
	}
	if w.child.Process.Signal(syscall.SIGTERM) != nil {
		w.child.Process.Kill()
	}
	force := time.AfterFunc(w.c.shutdownTimeout+time.Second, func() { w.child.Process.Kill() })
	defer force.Stop()
	<-w.ended
	w.child = nil
}

// readReport learns what the script has loaded since.
func (w *watcher) readReport() {
	content, err := os.ReadFile(w.report)
	if err != nil || w.c.watchPaths != nil || int64(len(content)) < w.read {
		return
	}
	fresh := string(content[w.read:])
	whole := strings.LastIndexByte(fresh, '\n') + 1
	w.read += int64(whole)
	for line := range strings.Lines(fresh[:whole]) {
		w.add(strings.TrimSuffix(line, "\n"))
	}
}

// add watches a file: by its folder, since many editors put a new file in its place.
func (w *watcher) add(file string) {
	w.files[file] = true
	if dir := filepath.Dir(file); !w.dirs[dir] && w.notify.Add(dir) == nil {
		w.dirs[dir] = true
	}
}

// addTree watches path and the folders below it.
func (w *watcher) addTree(path string) error {
	return filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			w.add(path)
			return nil
		case d.Name() == "node_modules" || d.Name() == ".git":
			return fs.SkipDir
		}
		w.dirs[path] = true
		return w.notify.Add(path)
	})
}

// concerns reports whether an event is a reason to start again.
func (w *watcher) concerns(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod || filepath.Dir(e.Name) == filepath.Dir(w.report) {
		return false
	}
	if w.c.watchPaths == nil {
		// What a script failed for the lack of may be what has come.
		return w.files[e.Name] || w.failed && e.Has(fsnotify.Create)
	}
	if info, err := os.Stat(e.Name); err == nil && info.IsDir() && e.Has(fsnotify.Create) {
		if err := w.addTree(e.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(os.Stderr, "gonode: --watch:", err)
		}
	}
	for _, path := range w.c.watchPaths {
		if rel, err := filepath.Rel(absolute(path), e.Name); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}
