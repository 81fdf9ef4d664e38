package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/pprof/profile"

	"github.com/gonode/gonode/runtime"
)

// startProfile begins the CPU profile of --cpu-prof. stop ends it and writes the file: in the form of
// V8's profiles, which DevTools opens, or, if its name ends in .pb.gz, in that of go tool pprof. The
// engine looks a hundred times a second, and counts only; in which order it saw what is not known.
func (c *command) startProfile() (stop func(), err error) {
	var buf bytes.Buffer
	if err := runtime.StartProfile(&buf); err != nil {
		return nil, err
	}
	begun := time.Now()
	return func() {
		runtime.StopProfile()
		if err := c.writeProfile(buf.Bytes(), begun); err != nil {
			fmt.Fprintln(os.Stderr, "gonode: --cpu-prof:", err)
		}
	}, nil
}

func (c *command) writeProfile(data []byte, begun time.Time) error {
	name := c.profileName
	if name == "" {
		name = fmt.Sprintf("CPU.%s.%d.0.001.cpuprofile", begun.Format("20060102.150405"), os.Getpid())
	}
	if c.profileDir != "" {
		if err := os.MkdirAll(c.profileDir, 0o777); err != nil {
			return err
		}
		name = filepath.Join(c.profileDir, name)
	}
	if !strings.HasSuffix(name, ".pb.gz") {
		p, err := profile.ParseData(data)
		if err != nil {
			return err
		}
		if data, err = json.Marshal(cpuProfile(p, begun)); err != nil {
			return err
		}
	}
	return os.WriteFile(name, data, 0o666)
}

// v8Profile is a CPU profile as V8 writes it. Times are in microseconds.
//
// Source: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile.
type v8Profile struct {
	Nodes      []*v8Node `json:"nodes"`
	StartTime  int64     `json:"startTime"`
	EndTime    int64     `json:"endTime"`
	Samples    []int     `json:"samples"`
	TimeDeltas []int64   `json:"timeDeltas"`
}

type v8Node struct {
	ID            int      `json:"id"`
	CallFrame     v8Frame  `json:"callFrame"`
	HitCount      int64    `json:"hitCount"`
	Children      []int    `json:"children,omitempty"`
	PositionTicks []v8Tick `json:"positionTicks,omitempty"`

	byFrame map[v8Frame]*v8Node
}

type v8Frame struct {
	FunctionName string `json:"functionName"`
	ScriptID     string `json:"scriptId"`
	URL          string `json:"url"`
	LineNumber   int64  `json:"lineNumber"`   // from 0
	ColumnNumber int64  `json:"columnNumber"` // from 0
}

// v8Tick says how often a line of a function was seen.
type v8Tick struct {
	Line  int64 `json:"line"` // from 1
	Ticks int64 `json:"ticks"`
}

// frames finds V8's frame for each function: its first line that was seen stands for where it begins.
func frames(p *profile.Profile) map[*profile.Function]v8Frame {
	all := make(map[*profile.Function]v8Frame)
	for _, l := range p.Location {
		for _, line := range l.Line {
			f, ok := all[line.Function]
			if !ok {
				// Of several functions with one name the engine numbers all but one.
				name := strings.TrimSuffix(line.Function.Name, "."+strconv.FormatUint(line.Function.ID, 10))
				if name == "<anonymous>" {
					name = ""
				}
				f = v8Frame{FunctionName: name, ScriptID: "0", URL: line.Function.Filename, LineNumber: line.Line - 1}
			}
			f.LineNumber = min(f.LineNumber, line.Line-1)
			all[line.Function] = f
		}
	}
	return all
}

// tick counts what was seen at a line of n.
func (n *v8Node) tick(line, count int64) {
	n.HitCount += count
	for i := range n.PositionTicks {
		if n.PositionTicks[i].Line == line {
			n.PositionTicks[i].Ticks += count
			return
		}
	}
	n.PositionTicks = append(n.PositionTicks, v8Tick{line, count})
}

// cpuProfile turns what the engine counted into V8's form.
func cpuProfile(p *profile.Profile, begun time.Time) *v8Profile {
	out := &v8Profile{StartTime: begun.UnixMicro()}
	add := func(parent *v8Node, f v8Frame) *v8Node {
		if parent != nil {
			if n := parent.byFrame[f]; n != nil {
				return n
			}
		}
		n := &v8Node{ID: len(out.Nodes) + 1, CallFrame: f, byFrame: make(map[v8Frame]*v8Node)}
		out.Nodes = append(out.Nodes, n)
		if parent != nil {
			parent.byFrame[f] = n
			parent.Children = append(parent.Children, n.ID)
		}
		return n
	}
	root := add(nil, v8Frame{FunctionName: "(root)", ScriptID: "0", LineNumber: -1, ColumnNumber: -1})
	end := out.StartTime
	frameOf := frames(p)
	for _, s := range p.Sample {
		n, at := root, int64(0)
		for i := len(s.Location) - 1; i >= 0; i-- {
			for j := len(s.Location[i].Line) - 1; j >= 0; j-- {
				line := s.Location[i].Line[j]
				n, at = add(n, frameOf[line.Function]), line.Line
			}
		}
		count, spent := s.Value[0], s.Value[1]/1000
		n.tick(at, count)
		for range count {
			out.Samples = append(out.Samples, n.ID)
			out.TimeDeltas = append(out.TimeDeltas, spent/count)
		}
		end += spent
	}
	out.EndTime = max(end, out.StartTime+time.Since(begun).Microseconds())
	return out
}
