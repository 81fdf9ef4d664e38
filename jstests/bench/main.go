// Command bench measures gonode beside the node in PATH: the same script on both, wrk as the
// client, in turns within one run, so that both meet the same machine in the same mood.
//
// Figures of one run may be compared with each other, not with those of another day. CPU is user
// and system time of the server process, divided by the requests it answered.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

var (
	rounds   = flag.Int("rounds", 3, "rounds per scenario")
	duration = flag.Duration("duration", 3*time.Second, "length of a round")
	only     = flag.String("only", ".", "`pattern` of the scenarios to run")
	binary   = flag.String("gonode", "", "gonode to measure; empty: build it")
	write    = flag.Bool("write", false, "write the result to BENCH.md too")
)

// scenario is one script under load.
type scenario struct {
	name, script string
	connections  int
	path         string // of the request
	lua          string // script for wrk
}

var scenarios = []scenario{
	{"hello", "hello.js", 64, "/", ""},
	{"hello, 1 connection", "hello.js", 1, "/", ""},
	{"hello, 512 connections", "hello.js", 512, "/", ""},
	{"json", "json.js", 64, "/users/list?id=42&name=a%20b", ""},
	{"upload 64 KiB", "upload.js", 32, "/", "upload.lua"},
	{"download 1 MiB", "download.js", 16, "/", ""},
	{"file 1 MiB", "file.js", 16, "/", ""},
}

const (
	fileSize        = 1 << 20
	startUps        = 20
	idleConnections = 2000
)

// contestants are the two programs by name; gonode first.
var names = [2]string{"gonode", "node"}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	for _, tool := range []string{"wrk", "node"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Printf("bench: skipped, there is no %s in PATH\n", tool)
			return nil
		}
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	pattern, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b := &bench{dir: filepath.Join(root, "jstests", "bench"), file: filepath.Join(tmp, "file")}
	if err := os.WriteFile(b.file, make([]byte, fileSize), 0o644); err != nil {
		return err
	}
	b.programs = [2]string{*binary, "node"}
	if *binary == "" {
		b.programs[0] = filepath.Join(tmp, "gonode")
		build := exec.Command("go", "build", "-o", b.programs[0], "./cmd/gonode")
		build.Dir, build.Stderr = root, os.Stderr
		if err := build.Run(); err != nil {
			return err
		}
	}
	var report strings.Builder
	out := io.MultiWriter(os.Stdout, &report)
	b.header(out)
	fmt.Fprint(out, "| scenario | req/s gonode | node | × | CPU µs/req gonode | node | × | p99 ms gonode | node | peak MB gonode | node |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, s := range scenarios {
		if pattern.MatchString(s.name) {
			b.load(out, s)
		}
	}
	fmt.Fprintln(out)
	if pattern.MatchString("start-up") {
		b.startUp(out)
	}
	if pattern.MatchString("idle") {
		b.idle(out)
	}
	if *write {
		return os.WriteFile(filepath.Join(root, "BENCH.md"), []byte(report.String()), 0o644)
	}
	return nil
}

func moduleRoot() (string, error) {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	path := strings.TrimSpace(string(mod))
	if filepath.Base(path) != "go.mod" {
		return "", errors.New("run it inside the module")
	}
	return filepath.Dir(path), nil
}

type bench struct {
	dir, file string
	programs  [2]string // as names
}

func (b *bench) header(w io.Writer) {
	fmt.Fprintf(w, "# gonode beside node\n\n%s, %d cores, %s/%s. ", time.Now().UTC().Format("2006-01-02"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	for i, p := range b.programs {
		v, _ := exec.Command(p, "-v").Output()
		fmt.Fprintf(w, "%s %s, ", names[i], strings.TrimSpace(string(v)))
	}
	load, _ := os.ReadFile("/proc/loadavg")
	before, _, _ := strings.Cut(string(load), " ")
	fmt.Fprintf(w, "wrk with one thread on the same machine, whose load was %s before.\nMedians of %d rounds of %v, in turns; `make bench` makes this page. × is gonode divided by node.\n\n", before, *rounds, *duration)
}

// load prints the row of s.
func (b *bench) load(w io.Writer, s scenario) {
	var servers [2]*server
	for i := range servers {
		var err error
		if servers[i], err = startServer(b.programs[i], filepath.Join(b.dir, s.script), b.file); err != nil {
			fmt.Fprintf(w, "| %s | %s: %v |\n", s.name, names[i], err)
			return
		}
		defer servers[i].stop()
	}
	var results [2][]sample
	for round := range *rounds {
		for i := range servers {
			i = (i + round) % 2 // who goes first changes
			r, err := b.round(servers[i], s)
			if err != nil {
				fmt.Fprintf(w, "| %s | %s: %v |\n", s.name, names[i], err)
				return
			}
			results[i] = append(results[i], r)
		}
	}
	of := func(i int, field func(sample) float64) float64 { return median(results[i], field) }
	rate, cpu, p99 := func(r sample) float64 { return r.rate }, func(r sample) float64 { return r.cpu }, func(r sample) float64 { return r.p99 }
	fmt.Fprintf(w, "| %s | %.0f | %.0f | **%.2f** | %.1f | %.1f | **%.2f** | %.2f | %.2f | %.0f | %.0f |\n", s.name,
		of(0, rate), of(1, rate), of(0, rate)/of(1, rate), of(0, cpu), of(1, cpu), of(0, cpu)/of(1, cpu), of(0, p99), of(1, p99),
		servers[0].memory("VmHWM"), servers[1].memory("VmHWM"))
}

// sample is what one round gave.
type sample struct{ rate, cpu, p99 float64 }

func (b *bench) round(srv *server, s scenario) (sample, error) {
	args := []string{"-t1", fmt.Sprintf("-c%d", s.connections), "-d" + duration.String(), "--latency"}
	if s.lua != "" {
		args = append(args, "-s", filepath.Join(b.dir, s.lua))
	}
	before := srv.cpu()
	text, err := exec.Command("wrk", append(args, srv.url+s.path)...).CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("wrk: %w: %s", err, text)
	}
	spent := srv.cpu() - before
	out, err := parseWrk(string(text))
	if err != nil {
		return sample{}, err
	}
	return sample{out.rate, float64(spent.Microseconds()) / out.requests, out.p99}, nil
}

// startUp measures an empty script from fork to exit.
func (b *bench) startUp(w io.Writer) {
	var wall, cpu [2][]time.Duration
	for range startUps {
		for i, p := range b.programs {
			cmd := exec.Command(p, filepath.Join(b.dir, "empty.js"))
			start := time.Now()
			if err := cmd.Run(); err != nil {
				fmt.Fprintf(w, "start-up: %s: %v\n", names[i], err)
				return
			}
			wall[i] = append(wall[i], time.Since(start))
			cpu[i] = append(cpu[i], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	ms := func(d []time.Duration) float64 {
		return median(d, func(d time.Duration) float64 { return d.Seconds() * 1000 })
	}
	fmt.Fprintf(w, "Start-up of an empty script, median of %d: gonode %.1f ms (CPU %.1f), node %.1f ms (CPU %.1f).\n\n", startUps, ms(wall[0]), ms(cpu[0]), ms(wall[1]), ms(cpu[1]))
}

// idle measures the memory of connections that have had one answer and wait.
func (b *bench) idle(w io.Writer) {
	fmt.Fprintf(w, "Memory with %d idle keep-alive connections:", idleConnections)
	for i, p := range b.programs {
		srv, err := startServer(p, filepath.Join(b.dir, "idle.js"))
		if err != nil {
			fmt.Fprintf(w, " %s: %v", names[i], err)
			continue
		}
		defer srv.stop()
		before := srv.memory("VmRSS")
		conns, err := openIdle(srv.url, idleConnections)
		after := srv.memory("VmRSS")
		for _, c := range conns {
			c.Close()
		}
		if err != nil {
			fmt.Fprintf(w, " %s: %v", names[i], err)
			continue
		}
		fmt.Fprintf(w, " %s %.0f MB, from %.0f without (%.1f KB each).", names[i], after, before, (after-before)*1024/idleConnections)
	}
	fmt.Fprintln(w)
}

func median[T any](list []T, field func(T) float64) float64 {
	values := make([]float64, len(list))
	for i, v := range list {
		values[i] = field(v)
	}
	slices.SortFunc(values, cmp.Compare[float64])
	return values[len(values)/2]
}
