package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// transferSize is what the bulk transfers move.
const transferSize = 1 << 30

// startUpstream starts the server that client scripts and the proxy talk to. It is net/http's, so
// that every client meets the same.
func startUpstream() *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello world") })
	mux.HandleFunc("GET /bytes/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(n))
		chunk := make([]byte, 64<<10)
		for n > 0 {
			m, err := w.Write(chunk[:min(n, len(chunk))])
			if n -= m; err != nil {
				return
			}
		}
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n)
	})
	return httptest.NewServer(mux)
}

// client prints the row of requests made instead of answered.
func (b *bench) client(w io.Writer) {
	const name = "client, 64 in flight"
	results := make([][]sample, len(b.programs))
	memory := make([]float64, len(b.programs))
	for round := range *rounds {
		for i := range b.programs {
			i = (i + round) % len(b.programs)
			cmd := b.programs[i].command(filepath.Join(b.dir, "client.js"), b.upstream, strconv.FormatFloat(duration.Seconds(), 'f', -1, 64))
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			n, perr := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
			if err != nil || perr != nil {
				fmt.Fprintf(w, "| %s | %s: %v %v |\n", name, b.programs[i].name, err, perr)
				return
			}
			spent := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			results[i] = append(results[i], sample{rate: n / duration.Seconds(), cpu: float64(spent.Microseconds()) / n})
			memory[i] = max(memory[i], peak(cmd.ProcessState))
		}
	}
	row(w, name, results, memory)
}

// transfer measures one bulk transfer in a direction.
func (b *bench) transfer(w io.Writer, direction string) {
	fmt.Fprintf(w, "%s of 1 GiB through a pipe, median of %d:", strings.ToUpper(direction[:1])+direction[1:], *rounds)
	wall, cpu := make([][]float64, len(b.programs)), make([][]float64, len(b.programs))
	memory := make([]float64, len(b.programs))
	for round := range *rounds {
		for i := range b.programs {
			i = (i + round) % len(b.programs)
			cmd := b.programs[i].command(filepath.Join(b.dir, "transfer.js"), b.upstream, direction, strconv.Itoa(transferSize))
			cmd.Stderr = os.Stderr
			start := time.Now()
			if err := cmd.Run(); err != nil {
				fmt.Fprintf(w, " %s: %v\n\n", b.programs[i].name, err)
				return
			}
			wall[i] = append(wall[i], time.Since(start).Seconds())
			cpu[i] = append(cpu[i], (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
			memory[i] = max(memory[i], peak(cmd.ProcessState))
		}
	}
	own := func(f float64) float64 { return f }
	for i, p := range b.programs {
		fmt.Fprintf(w, " %s %.2f s (CPU %.2f), %.0f MB.", p.name, median(wall[i], own), median(cpu[i], own), memory[i])
	}
	fmt.Fprintf(w, " Rate × %.2f.\n\n", median(wall[1], own)/median(wall[0], own))
}

// micro prints what small things cost.
func (b *bench) micro(w io.Writer) {
	head, line := "| micro, ns |", "|---|"
	rows := make(map[string]string)
	var names []string
	for i := range b.programs {
		head += " " + b.programs[i].name + " |"
		line += "--:|"
		out, err := b.programs[i].command(filepath.Join(b.dir, "micro.js")).Output()
		if err != nil {
			fmt.Fprintf(w, "micro: %s: %v\n\n", b.programs[i].name, err)
			return
		}
		for text := range strings.Lines(strings.TrimSpace(string(out))) {
			ns, name, _ := strings.Cut(strings.TrimSpace(text), " ")
			if i == 0 {
				names = append(names, name)
			}
			rows[name] += " " + ns + " |"
		}
	}
	fmt.Fprintf(w, "%s\n%s\n", head, line)
	for _, name := range names {
		fmt.Fprintf(w, "| %s |%s\n", name, rows[name])
	}
	fmt.Fprintln(w)
}
