package process

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"
)

// system is the zone at the start of the process: TZ's then, or the machine's.
var system = time.Local

// setTimeZone has dates shown in the zone that TZ names, from now on and in the whole process: only a runtime
// that owns it does so. What names none, the empty name too, keeps UTC's time. set: there is a TZ.
//
// Source: Node v20 src/node_env_var.cc, DateTimeConfigurationChangeNotification; POSIX.1-2017 §8.3.
func setTimeZone(tz string, set bool) {
	zone := system
	switch {
	case set:
		zone = timeZone(strings.TrimPrefix(tz, ":"))
	case os.Getenv("TZ") != "": // the process was started with another zone than the machine's
		zone = machineZone()
	}
	// Package time reads the variable from every goroutine and without a lock: it sees the one zone or the
	// other. The race detector has it for a race all the same.
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&time.Local)), unsafe.Pointer(zone))
}

var offsetZone = regexp.MustCompile(`^[A-Za-z]{3,}([+-]?)(\d{1,2})(?::(\d{2}))?$`)

func timeZone(name string) *time.Location {
	if m := offsetZone.FindStringSubmatch(name); m != nil && name != "Local" {
		// POSIX counts hours to the west.
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		offset := -(hours*60 + minutes) * 60
		if m[1] == "-" {
			offset = -offset
		}
		return time.FixedZone("", offset)
	}
	if zone, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" {
		return zone
	}
	return time.FixedZone("", 0)
}

// machineZone is what the machine is set to.
func machineZone() *time.Location {
	data, err := os.ReadFile("/etc/localtime")
	if err != nil {
		return time.UTC
	}
	zone, err := time.LoadLocationFromTZData("Local", data)
	if err != nil {
		return time.UTC
	}
	return zone
}
