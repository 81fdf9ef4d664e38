package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// server is a process that runs a script and has printed its port.
type server struct {
	cmd *exec.Cmd
	url string
}

// startTimeout is how long a script may take to say its port.
const startTimeout = 10 * time.Second

func startServer(cmd *exec.Cmd) (*server, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	late := time.AfterFunc(startTimeout, func() { cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	late.Stop()
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("the server did not start: %s", firstError(stderr.String()))
	}
	s.url = "http://127.0.0.1:" + strings.TrimSpace(line)
	return s, nil
}

// stop ends the process.
func (s *server) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

func firstError(stderr string) string {
	if line := regexp.MustCompile(`(?m)^\w*Error.*$`).FindString(stderr); line != "" {
		return line
	}
	return strings.TrimSpace(stderr)
}

// tick is the unit of times in /proc/<pid>/stat: USER_HZ, 100 on every architecture that Go knows.
const tick = 10 * time.Millisecond

// cpu is the user and system time that the process has used.
func (s *server) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// proc_pid_stat(5): after the name in parentheses the fields from 3 on; 14 is utime, 15 stime.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(fields[14-3])
	system, _ := strconv.Atoi(fields[15-3])
	return time.Duration(user+system) * tick
}

// memory is a field of /proc/<pid>/status in MB: VmRSS, or VmHWM for the peak.
func (s *server) memory(field string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); name == field {
			kb, _ := strconv.ParseFloat(strings.Fields(value)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// openIdle opens n connections and makes one request on each.
func openIdle(url string, n int) ([]net.Conn, error) {
	var conns []net.Conn
	buf := make([]byte, 4096)
	for range n {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			return conns, err
		}
		conns = append(conns, c)
		if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
			return conns, err
		}
		var got []byte
		for !bytes.HasSuffix(got, []byte("hello")) {
			k, err := c.Read(buf)
			if err != nil {
				return conns, err
			}
			got = append(got, buf[:k]...)
		}
	}
	return conns, nil
}

// wrkResult is what wrk prints.
type wrkResult struct{ requests, rate, p99 float64 }

var (
	wrkRequests = regexp.MustCompile(`(\d+) requests in`)
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkP99      = regexp.MustCompile(`(?m)^\s+99%\s+([\d.]+)(us|ms|s)`)
	wrkTrouble  = regexp.MustCompile(`Socket errors: .*|Non-2xx or 3xx responses: .*`)
)

func parseWrk(text string) (r wrkResult, err error) {
	if bad := wrkTrouble.FindString(text); bad != "" {
		return r, fmt.Errorf("%s", bad)
	}
	requests, rate, p99 := wrkRequests.FindStringSubmatch(text), wrkRate.FindStringSubmatch(text), wrkP99.FindStringSubmatch(text)
	if requests == nil || rate == nil || p99 == nil {
		return r, fmt.Errorf("wrk printed something else:\n%s", text)
	}
	r.requests, _ = strconv.ParseFloat(requests[1], 64)
	r.rate, _ = strconv.ParseFloat(rate[1], 64)
	r.p99, _ = strconv.ParseFloat(p99[1], 64)
	r.p99 *= map[string]float64{"us": 0.001, "ms": 1, "s": 1000}[p99[2]]
	return r, nil
}
