package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"time"

	"github.com/google/pprof/profile"

	"github.com/gonode/gonode/runtime"
)

// profileTo is the variable that makes this program run the script in its arguments and write a CPU
// profile of that to the file it names.
const profileTo = "BENCH_PROFILE"

// runProfiled is this program as the command that is measured, until it is interrupted or the script
// ends.
func runProfiled(path string, args []string) error {
	runtime.TuneGC() // as the command
	script, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	rt, err := runtime.New(runtime.Options{Args: append([]string{script}, args[1:]...), OwnsProcess: true})
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		pprof.StopCPUProfile()
		os.Exit(0)
	}()
	err = rt.RunFile(script)
	pprof.StopCPUProfile()
	return err
}

// profileAll runs the scenarios once each on this very program, and writes what they cost together
// for the compiler to optimise cmd/gonode by.
func (b *bench) profileAll(path, tmp string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	me := program{name: "gonode", path: self}
	var profiles []*profile.Profile
	add := func(file string) error {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		p, err := profile.Parse(f)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		profiles = append(profiles, p)
		return nil
	}
	for i, s := range scenarios {
		if !s.possible() {
			continue
		}
		out := filepath.Join(tmp, strconv.Itoa(i))
		cmd := me.command(filepath.Join(b.dir, s.script), b.argument(s))
		cmd.Env = append(os.Environ(), profileTo+"="+out)
		srv, err := startServer(cmd)
		if err != nil {
			return err
		}
		r, err := b.round(srv, s)
		if err != nil {
			srv.stop()
			return err
		}
		fmt.Printf("%s: %.0f req/s\n", s.name, r.rate)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			return err
		}
		cmd.Wait()
		if err := add(out); err != nil {
			return err
		}
	}
	out := filepath.Join(tmp, "client")
	cmd := me.command(filepath.Join(b.dir, "client.js"), b.upstream, strconv.FormatFloat(duration.Seconds(), 'f', -1, 64))
	cmd.Env = append(os.Environ(), profileTo+"="+out)
	cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	if err := add(out); err != nil {
		return err
	}
	return writeProfile(path, profiles)
}

// writeProfile merges profiles and drops what the compiler does not look at, such as where the
// files lie on this machine.
func writeProfile(path string, profiles []*profile.Profile) error {
	p, err := profile.Merge(profiles)
	if err != nil {
		return err
	}
	for _, f := range p.Function {
		f.Filename = ""
	}
	for _, m := range p.Mapping {
		m.File, m.BuildID = "", ""
	}
	for _, s := range p.Sample {
		s.Label, s.NumLabel = nil, nil
	}
	p.TimeNanos, p.Comments = 0, []string{time.Now().UTC().Format("2006-01-02")}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := p.Write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
