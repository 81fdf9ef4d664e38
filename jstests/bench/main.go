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
	packages = flag.String("packages", "", "`folder` with express installed, as make npm leaves one: measure Express too")
	write    = flag.Bool("write", false, "write the result to BENCH.md too")
	pgo      = flag.String("pgo", "", "instead, write a CPU profile of all scenarios to this `file`, for the compiler")
)

// scenario is one script under load.
type scenario struct {
	name, script string
	connections  int
	path         string // of the request
	lua          string // script for wrk
	upstream     bool   // the script gets the URL of a server of ours
	packages     bool   // the script gets the folder of packages
}

var scenarios = []scenario{
	{name: "hello", script: "hello.js", connections: 64, path: "/"},
	{name: "hello, 1 connection", script: "hello.js", connections: 1, path: "/"},
	{name: "hello, 512 connections", script: "hello.js", connections: 512, path: "/"},
	{name: "hello, 1000 connections", script: "hello.js", connections: 1000, path: "/"},
	{name: "hello, 5000 connections", script: "hello.js", connections: 5000, path: "/"},
	{name: "hello, 16 pipelined", script: "hello.js", connections: 16, path: "/", lua: "pipeline.lua"},
	{name: "json", script: "json.js", connections: 64, path: "/users/list?id=42&name=a%20b"},
	{name: "echo 1 KiB", script: "echo.js", connections: 64, path: "/", lua: "echo.lua"},
	{name: "upload 64 KiB", script: "upload.js", connections: 32, path: "/", lua: "upload.lua"},
	{name: "download 1 MiB", script: "download.js", connections: 16, path: "/"},
	{name: "file 1 MiB", script: "file.js", connections: 16, path: "/"},
	{name: "reverse proxy", script: "proxy.js", connections: 64, path: "/", upstream: true},
	{name: "Express hello", script: "express.js", connections: 64, path: "/", packages: true},
}

const (
	fileSize        = 1 << 20
	startUps        = 20
	idleConnections = 2000
	settled         = 500 * time.Millisecond // after which a server has given back what only its start took
)

// program is what runs a script.
type program struct {
	name string
	path string
	args []string // before the script
}

// peers are measured beside gonode and node if they are in PATH.
var peers = []program{{name: "bun", path: "bun"}, {name: "deno", path: "deno", args: []string{"run", "-A", "--quiet"}}}

func (p *program) command(script string, args ...string) *exec.Cmd {
	return exec.Command(p.path, append(append(slices.Clone(p.args), script), args...)...)
}

func main() {
	if path := os.Getenv(profileTo); path != "" {
		if err := runProfiled(path, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
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
	upstream := startUpstream()
	defer upstream.Close()
	b := &bench{dir: filepath.Join(root, "jstests", "bench"), file: filepath.Join(tmp, "file"), upstream: upstream.URL}
	if err := os.WriteFile(b.file, make([]byte, fileSize), 0o644); err != nil {
		return err
	}
	if *pgo != "" {
		return b.profileAll(*pgo, tmp)
	}
	b.programs = []program{{name: "gonode", path: *binary}, {name: "node", path: "node"}}
	for _, p := range peers {
		if _, err := exec.LookPath(p.path); err == nil {
			b.programs = append(b.programs, p)
		}
	}
	if *binary == "" {
		b.programs[0].path = filepath.Join(tmp, "gonode")
		build := exec.Command("go", "build", "-o", b.programs[0].path, "./cmd/gonode")
		build.Dir, build.Stderr = root, os.Stderr
		if err := build.Run(); err != nil {
			return err
		}
	}
	var report strings.Builder
	out := io.MultiWriter(os.Stdout, &report)
	b.header(out)
	head := "| scenario | req/s gonode | node | × | CPU µs/req gonode | node | × | p99 ms gonode | node | peak MB gonode | node |"
	line := "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
	for _, p := range b.programs[2:] {
		head += " req/s, CPU " + p.name + " |"
		line += "--:|"
	}
	fmt.Fprintf(out, "%s\n%s\n", head, line)
	for _, s := range scenarios {
		if pattern.MatchString(s.name) && s.possible() {
			b.load(out, s)
		}
	}
	if pattern.MatchString("client") {
		b.client(out)
	}
	fmt.Fprintln(out)
	for _, direction := range []string{"download", "upload"} {
		if pattern.MatchString("transfer " + direction) {
			b.transfer(out, direction)
		}
	}
	if pattern.MatchString("micro") {
		b.micro(out)
	}
	if pattern.MatchString("start-up") {
		b.startUp(out)
	}
	if pattern.MatchString("Express load") && *packages != "" {
		b.expressLoad(out)
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
	upstream  string    // URL of a server of ours
	programs  []program // gonode, node, and what else there is
}

func (b *bench) header(w io.Writer) {
	fmt.Fprintf(w, "# gonode beside node\n\n%s, %d cores, %s/%s. ", time.Now().UTC().Format("2006-01-02"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	for _, p := range b.programs {
		v, _ := exec.Command(p.path, "--version").Output()
		first, _, _ := strings.Cut(string(v), "\n")
		fmt.Fprintf(w, "%s %s, ", p.name, first)
	}
	load, _ := os.ReadFile("/proc/loadavg")
	before, _, _ := strings.Cut(string(load), " ")
	fmt.Fprintf(w, "wrk with one thread on the same machine, whose load was %s before.\nMedians of %d rounds of %v, in turns; `make bench` makes this page. × is gonode divided by node.\n\n", before, *rounds, *duration)
}

// possible reports whether what s needs is there.
func (s *scenario) possible() bool { return !s.packages || *packages != "" }

// argument is what the script of s gets.
func (b *bench) argument(s scenario) string {
	switch {
	case s.upstream:
		return b.upstream
	case s.packages:
		return *packages
	}
	return b.file
}

// load prints the row of s.
func (b *bench) load(w io.Writer, s scenario) {
	arg := b.argument(s)
	servers := make([]*server, len(b.programs))
	for i := range b.programs {
		var err error
		if servers[i], err = startServer(b.programs[i].command(filepath.Join(b.dir, s.script), arg)); err != nil {
			fmt.Fprintf(w, "| %s | %s: %v |\n", s.name, b.programs[i].name, err)
			return
		}
		defer servers[i].stop()
	}
	results := make([][]sample, len(servers))
	for round := range *rounds {
		for i := range servers {
			i = (i + round) % len(servers) // who goes first changes
			r, err := b.round(servers[i], s)
			if err != nil {
				fmt.Fprintf(w, "| %s | %s: %v |\n", s.name, b.programs[i].name, err)
				return
			}
			results[i] = append(results[i], r)
		}
	}
	memory := make([]float64, len(servers))
	for i, srv := range servers {
		memory[i] = srv.memory("VmHWM")
	}
	row(w, s.name, results, memory)
}

// row prints one line of the table.
func row(w io.Writer, name string, results [][]sample, memory []float64) {
	of := func(i int, field func(sample) float64) float64 { return median(results[i], field) }
	rate, cpu, p99 := func(r sample) float64 { return r.rate }, func(r sample) float64 { return r.cpu }, func(r sample) float64 { return r.p99 }
	fmt.Fprintf(w, "| %s | %.0f | %.0f | **%.2f** | %.1f | %.1f | **%.2f** | %.2f | %.2f | %.0f | %.0f |", name,
		of(0, rate), of(1, rate), of(0, rate)/of(1, rate), of(0, cpu), of(1, cpu), of(0, cpu)/of(1, cpu), of(0, p99), of(1, p99), memory[0], memory[1])
	for i := 2; i < len(results); i++ {
		fmt.Fprintf(w, " %.0f, %.1f |", of(i, rate), of(i, cpu))
	}
	fmt.Fprintln(w)
}

// sample is what one round gave.
type sample struct{ rate, cpu, p99 float64 }

func (b *bench) round(srv *server, s scenario) (sample, error) {
	// A request that waits for seconds behind others is slow, which p99 tells, and no failure.
	args := []string{"-t1", fmt.Sprintf("-c%d", s.connections), "-d" + duration.String(), "--latency", "--timeout", "1m"}
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
	wall, cpu := make([][]time.Duration, len(b.programs)), make([][]time.Duration, len(b.programs))
	for range startUps {
		for i := range b.programs {
			cmd := b.programs[i].command(filepath.Join(b.dir, "empty.js"))
			start := time.Now()
			if err := cmd.Run(); err != nil {
				fmt.Fprintf(w, "start-up: %s: %v\n", b.programs[i].name, err)
				return
			}
			wall[i] = append(wall[i], time.Since(start))
			cpu[i] = append(cpu[i], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	ms := func(d []time.Duration) float64 {
		return median(d, func(d time.Duration) float64 { return d.Seconds() * 1000 })
	}
	fmt.Fprintf(w, "Start-up of an empty script, median of %d:", startUps)
	for i, p := range b.programs {
		fmt.Fprintf(w, " %s %.1f ms (CPU %.1f).", p.name, ms(wall[i]), ms(cpu[i]))
	}
	fmt.Fprint(w, "\n\n")
}

// expressLoad measures how long Express 4 takes to load.
func (b *bench) expressLoad(w io.Writer) {
	took := make([][]float64, len(b.programs))
	for range startUps {
		for i, p := range b.programs {
			text, err := p.command(filepath.Join(b.dir, "express-load.js"), *packages).Output()
			if err == nil {
				var ms float64
				_, err = fmt.Sscan(string(text), &ms)
				took[i] = append(took[i], ms)
			}
			if err != nil {
				fmt.Fprintf(w, "Express: %s: %v\n\n", p.name, err)
				return
			}
		}
	}
	fmt.Fprintf(w, "Express 4 and all it requires loads, median of %d, in", startUps)
	for i, p := range b.programs {
		fmt.Fprintf(w, " %s %.1f ms.", p.name, median(took[i], func(ms float64) float64 { return ms }))
	}
	fmt.Fprint(w, "\n\n")
}

// idle measures the memory of connections that have had one answer and wait.
func (b *bench) idle(w io.Writer) {
	fmt.Fprintf(w, "Memory with %d idle keep-alive connections:", idleConnections)
	for _, p := range b.programs {
		srv, err := startServer(p.command(filepath.Join(b.dir, "idle.js")))
		if err != nil {
			fmt.Fprintf(w, " %s: %v", p.name, err)
			continue
		}
		defer srv.stop()
		time.Sleep(settled)
		before := srv.memory("VmRSS")
		conns, err := openIdle(srv.url, idleConnections)
		after := srv.memory("VmRSS")
		for _, c := range conns {
			c.Close()
		}
		if err != nil {
			fmt.Fprintf(w, " %s: %v", p.name, err)
			continue
		}
		fmt.Fprintf(w, " %s %.0f MB, from %.0f without (%.1f KB each).", p.name, after, before, (after-before)*1024/idleConnections)
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
