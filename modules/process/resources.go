package process

import (
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// This file is what keeps the process alive, and how much memory it may have: what its control group
// allows on Linux, as libuv reads it.

// availableMemory is process.availableMemory(): bytes that can still be had.
func (r *Room) availableMemory(goja.FunctionCall) goja.Value {
	free, total := memInfo("MemAvailable:"), memInfo("MemTotal:")
	if total == 0 {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "process.availableMemory() on "+runtime.GOOS)
	}
	limit, used := groupMemory()
	switch {
	case limit == 0 || limit > total:
		return r.h.VM.ToValue(free)
	case limit < used:
		return r.h.VM.ToValue(0)
	}
	return r.h.VM.ToValue(limit - used)
}

// constrainedMemory is process.constrainedMemory(): the limit in bytes, 2^64 where a group has none,
// 0 where there is no group.
func (r *Room) constrainedMemory(goja.FunctionCall) goja.Value {
	limit, _ := groupMemory()
	return r.h.VM.ToValue(limit)
}

// getActiveResourcesInfo is process.getActiveResourcesInfo(): what keeps the process alive.
func (r *Room) getActiveResourcesInfo(goja.FunctionCall) goja.Value {
	names := r.h.Loop.Census()
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return r.h.VM.NewArray(list...)
}

// getActiveRequests is process._getActiveRequests(): an object for each request that is under way, of a
// class with the name of its kind.
func (r *Room) getActiveRequests(goja.FunctionCall) goja.Value {
	var list []any
	protos := make(map[string]*goja.Object)
	for _, name := range r.h.Loop.Census() {
		if !strings.Contains(name, "Req") {
			continue
		}
		if protos[name] == nil {
			protos[name] = bind.Define(r.h.VM, bind.Class{Name: name}).Proto
		}
		list = append(list, r.h.VM.CreateObject(protos[name]))
	}
	return r.h.VM.NewArray(list...)
}

// memInfo returns a line of /proc/meminfo in bytes, 0 if it cannot be had.
func memInfo(name string) float64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb * 1024
		}
	}
	return 0
}

// groupMemory returns the limit of the process's control group and what the group uses, in bytes.
func groupMemory() (limit, used float64) {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return 0, 0
	}
	const root = "/sys/fs/cgroup"
	for line := range strings.Lines(string(text)) { // number:controllers:path
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) < 3 {
			continue
		}
		if strings.Contains(","+part[1]+",", ",memory,") { // version 1
			return limits(path.Join(root, "memory"), part[2], "memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.usage_in_bytes")
		}
	}
	if _, unified, ok := strings.Cut(string(text), "0::"); ok { // version 2
		unified, _, _ = strings.Cut(unified, "\n")
		return limits(root, unified, "memory.max", "memory.high", "memory.current")
	}
	return 0, 0
}

// limits reads the files of a group; inside of a container the group is the root that is seen.
func limits(root, group, hard, soft, current string) (limit, used float64) {
	read := func(file string) float64 {
		text, err := os.ReadFile(path.Join(root, group, file))
		if err != nil {
			text, err = os.ReadFile(path.Join(root, file))
		}
		if err != nil {
			return 0
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
		if err != nil || n >= math.MaxInt64-1<<16 { // "max", or the largest number of pages
			return math.MaxUint64
		}
		return n
	}
	limit, used = read(hard), read(current)
	if high := read(soft); high != 0 && high < limit {
		limit = high
	}
	return limit, used
}
