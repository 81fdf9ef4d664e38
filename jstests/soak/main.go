// Command soak lets mixed traffic loose on a gonode for minutes: requests of every form, from clients
// that leave at any moment, through to an upstream that does the same. Memory, goroutines and
// descriptors of the gonode must be flat over that time, and back where they were after it.
//
// It prints them as it goes on, and at the end writes their course as a picture. The exit code is 1 if
// something grew, ended, or answered wrong.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	duration = flag.Duration("duration", 10*time.Minute, "how long")
	clients  = flag.Int("clients", 100, "clients at a time")
	seed     = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")
	picture  = flag.String("svg", "soak.svg", "`file` for the course of the figures")
)

func main() {
	if os.Getenv(asPatient) != "" {
		if err := runPatient(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "soak:", err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	if err := soak(); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// patient is the process under test.
type patient struct {
	address string
	ask     io.Writer
	answers *bufio.Scanner
	ended   chan error
}

// startPatient starts this program again, as a gonode that tells its figures when asked.
func startPatient(upstream string) (*patient, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "server.js", "http://"+upstream)
	cmd.Env = append(os.Environ(), asPatient+"=1")
	cmd.Dir = "jstests/soak"
	cmd.Stderr = os.Stderr
	p := &patient{ended: make(chan error, 1)}
	if p.ask, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.answers = bufio.NewScanner(out)
	if !p.answers.Scan() {
		return nil, fmt.Errorf("the server does not start: %w", cmd.Wait())
	}
	p.address = "127.0.0.1:" + p.answers.Text()
	go func() { p.ended <- cmd.Wait() }()
	return p, nil
}

// figures asks for them.
func (p *patient) figures() (f figures, err error) {
	if _, err := io.WriteString(p.ask, "?\n"); err != nil {
		return f, err
	}
	if !p.answers.Scan() {
		return f, errors.New("no answer")
	}
	return f, json.Unmarshal(p.answers.Bytes(), &f)
}

// counts is what the clients did.
type counts struct {
	whole, cut, wrong atomic.Int64
	mu                sync.Mutex
	complaints        []string
}

func (c *counts) complain(format string, args ...any) {
	c.wrong.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.complaints) < 10 {
		c.complaints = append(c.complaints, fmt.Sprintf(format, args...))
	}
}

func soak() error {
	upstream, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer upstream.Close()
	go serveUpstream(upstream)
	p, err := startPatient(upstream.Addr().String())
	if err != nil {
		return err
	}
	fmt.Printf("%v, %d clients, seed %d\n", *duration, *clients, *seed)
	ctx, cancel := context.WithTimeout(context.Background(), *duration)
	defer cancel()
	var did counts
	var course []figures
	work := func(ctx context.Context) *sync.WaitGroup {
		var wg sync.WaitGroup
		for i := range *clients {
			r := rand.New(rand.NewPCG(*seed, uint64(i)))
			wg.Go(func() {
				for ctx.Err() == nil {
					visit(p.address, r, &did)
				}
			})
		}
		return &wg
	}
	// What is made once, and pools, are there after a first round; that is what the end is compared to.
	warm, stop := context.WithTimeout(ctx, min(10*time.Second, *duration/4))
	work(warm).Wait()
	stop()
	before, err := p.quiet()
	if err != nil {
		return err
	}
	begin := time.Now()
	wg := work(ctx)
	tick := time.NewTicker(max(*duration/300, 200*time.Millisecond))
	defer tick.Stop()
	for said := time.Now(); ctx.Err() == nil; {
		select {
		case <-tick.C:
			f, err := p.figures()
			if err != nil {
				return err
			}
			f.Time = time.Since(begin)
			course = append(course, f)
			if time.Since(said) > *duration/20 {
				said = time.Now()
				fmt.Printf("%6.0f s  %s  whole %d, cut off %d\n", f.Time.Seconds(), f, did.whole.Load(), did.cut.Load())
			}
		case err := <-p.ended:
			return fmt.Errorf("the server ended: %v", err)
		case <-ctx.Done():
		}
	}
	wg.Wait()
	after, err := p.quiet()
	if err != nil {
		return err
	}
	fmt.Printf("before    %s\nafter     %s\n", before, after)
	fmt.Printf("exchanges: %d whole, %d cut off, %d wrong\n", did.whole.Load(), did.cut.Load(), did.wrong.Load())
	if err := os.WriteFile(*picture, []byte(chart(course)), 0o666); err != nil {
		return err
	}
	fmt.Println("the course of it:", *picture)
	return errors.Join(judge(course, before, after), wrong(&did))
}

// quiet waits until the connections of the clients that left are gone, and returns the figures then.
func (p *patient) quiet() (figures, error) {
	var last figures
	deadline := time.Now().Add(30 * time.Second)
	for same := 0; same < 5 && time.Now().Before(deadline); {
		f, err := p.figures()
		if err != nil {
			return f, err
		}
		if f.Goroutines == last.Goroutines && f.Descriptors == last.Descriptors {
			same++
		} else {
			same = 0
		}
		last = f
		time.Sleep(500 * time.Millisecond)
	}
	return last, nil
}

func wrong(did *counts) error {
	if did.wrong.Load() == 0 {
		return nil
	}
	return fmt.Errorf("%d wrong answers:\n%s", did.wrong.Load(), strings.Join(did.complaints, "\n"))
}

// judge reports what grew.
func judge(course []figures, before, after figures) error {
	var errs []error
	// The agent may keep a connection or two to the upstream, and the system's poller its own.
	const slack = 4
	if after.Goroutines > before.Goroutines+slack {
		errs = append(errs, fmt.Errorf("goroutines: %d before, %d after", before.Goroutines, after.Goroutines))
	}
	if after.Descriptors > before.Descriptors+slack {
		errs = append(errs, fmt.Errorf("descriptors: %d before, %d after", before.Descriptors, after.Descriptors))
	}
	if float64(after.Heap) > 1.3*float64(before.Heap)+1<<20 {
		errs = append(errs, fmt.Errorf("live heap: %s before, %s after", megabytes(before.Heap), megabytes(after.Heap)))
	}
	if n := len(course); n >= 20 {
		early, late := mean(course[n/5:2*n/5]), mean(course[4*n/5:])
		if late > 1.25*early {
			errs = append(errs, fmt.Errorf("memory: %s in the second fifth of the time, %s in the last", megabytes(int64(early)), megabytes(int64(late))))
		}
	}
	return errors.Join(errs...)
}

func mean(course []figures) float64 {
	var sum float64
	for _, f := range course {
		sum += float64(f.RSS)
	}
	return sum / float64(len(course))
}
