package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"time"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/transform"
)

// asPatient is the variable that makes this program the gonode under test.
const asPatient = "SOAK_PATIENT"

// figures are what must not grow.
type figures struct {
	Time        time.Duration `json:"-"`
	RSS         int64         // of the process, in bytes; 0 where the system does not tell
	Heap        int64         // live, in bytes
	Goroutines  int
	Descriptors int // 0 where the system does not tell
}

func (f figures) String() string {
	return fmt.Sprintf("memory %s, live heap %s, goroutines %d, descriptors %d", megabytes(f.RSS), megabytes(f.Heap), f.Goroutines, f.Descriptors)
}

func megabytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB" }

// runPatient runs a script, and answers each line on standard input with figures.
func runPatient(args []string) error {
	runtime.TuneGC() // as the command
	script, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	rt, err := runtime.New(runtime.Options{Args: append([]string{script}, args[1:]...), Transform: transform.Source, OwnsProcess: true})
	if err != nil {
		return err
	}
	go func() {
		out := json.NewEncoder(os.Stdout)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			goruntime.GC()
			var m goruntime.MemStats
			goruntime.ReadMemStats(&m)
			_ = out.Encode(figures{RSS: rss(), Heap: int64(m.HeapAlloc), Goroutines: goruntime.NumGoroutine(), Descriptors: descriptors()})
		}
		os.Exit(0) // whoever asked is gone
	}()
	return rt.Run(context.Background(), script)
}

func rss() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

func descriptors() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}
