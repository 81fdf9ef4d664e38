package os

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// What is read from /proc is zero or empty on systems that have none.

// rawPriority tells that getpriority is the bare system call.
const rawPriority = runtime.GOOS == "linux"

// user is what userInfo tells.
type user struct {
	uid, gid          int
	name, home, shell string
}

// cpu is one row of cpus(): times in milliseconds.
type cpu struct {
	model                      string
	speed                      int
	user, nice, sys, idle, irq int64
}

func proc(name string) string {
	b, err := os.ReadFile("/proc/" + name)
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(b), "\n")
}

// cpus reads /proc/cpuinfo and /proc/stat.
func cpus() []cpu {
	var out []cpu
	const tick = 10 // milliseconds per clock tick: USER_HZ is 100 on every Linux
	for line := range strings.SplitSeq(proc("stat"), "\n") {
		f := strings.Fields(line)
		if len(f) < 8 || !strings.HasPrefix(f[0], "cpu") || f[0] == "cpu" {
			continue
		}
		n := func(i int) int64 { v, _ := strconv.ParseInt(f[i], 10, 64); return v * tick }
		out = append(out, cpu{model: "unknown", user: n(1), nice: n(2), sys: n(3), idle: n(4), irq: n(6)})
	}
	i := -1
	for line := range strings.SplitSeq(proc("cpuinfo"), "\n") {
		k, v, _ := strings.Cut(line, ":")
		v = strings.TrimSpace(v)
		switch strings.TrimSpace(k) {
		case "processor":
			i, _ = strconv.Atoi(v)
		case "model name":
			if i >= 0 && i < len(out) {
				out[i].model = v
			}
		}
	}
	for i := range out {
		khz, _ := strconv.Atoi(readLine("/sys/devices/system/cpu/cpu" + strconv.Itoa(i) + "/cpufreq/scaling_cur_freq"))
		out[i].speed = khz / 1000
	}
	if out == nil {
		out = make([]cpu, runtime.NumCPU())
		for i := range out {
			out[i].model = "unknown"
		}
	}
	return out
}

func readLine(path string) string {
	b, _ := os.ReadFile(path)
	return strings.TrimSpace(string(b))
}

// memory returns a line of /proc/meminfo in bytes.
func memory(name string) float64 {
	for line := range strings.SplitSeq(proc("meminfo"), "\n") {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name+":" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb * 1024
		}
	}
	return 0
}

// loadavg returns the load of 1, 5 and 15 minutes.
func loadavg() (avg [3]float64) {
	f := strings.Fields(proc("loadavg"))
	for i := range avg {
		if i < len(f) {
			avg[i], _ = strconv.ParseFloat(f[i], 64)
		}
	}
	return avg
}

func uptime() float64 {
	f := strings.Fields(proc("uptime"))
	if len(f) == 0 {
		return 0
	}
	s, _ := strconv.ParseFloat(f[0], 64)
	return s
}

// osType, release and version are uname's.
func osType() string {
	switch runtime.GOOS {
	case "linux":
		return "Linux"
	case "darwin":
		return "Darwin"
	case "windows":
		return "Windows_NT"
	}
	return runtime.GOOS
}

func release() string { return proc("sys/kernel/osrelease") }

func version() string { return proc("sys/kernel/version") }

func machine() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x86_64"
	case "arm64":
		if runtime.GOOS == "linux" {
			return "aarch64"
		}
	case "386":
		return "i686"
	}
	return runtime.GOARCH
}
