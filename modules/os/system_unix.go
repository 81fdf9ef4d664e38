//go:build unix

package os

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// getPriority returns the nice value of a process; 0 is this one.
func getPriority(pid int) (int, error) {
	n, err := syscall.Getpriority(syscall.PRIO_PROCESS, pid)
	if err != nil {
		return 0, err
	}
	if rawPriority {
		n = 20 - n // the bare system call of Linux answers 1 to 40
	}
	return n, nil
}

func setPriority(pid, priority int) error {
	return syscall.Setpriority(syscall.PRIO_PROCESS, pid, priority)
}

// currentUser looks the user up in the password file.
func currentUser() (u user, err error) {
	u.uid, u.gid = os.Getuid(), os.Getgid()
	f, err := os.Open("/etc/passwd")
	if err != nil {
		return u, err
	}
	defer f.Close()
	id := strconv.Itoa(u.uid)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		// name:password:uid:gid:comment:home:shell
		if f := strings.Split(lines.Text(), ":"); len(f) >= 7 && f[2] == id {
			u.name, u.home, u.shell = f[0], f[5], f[6]
			return u, nil
		}
	}
	return u, syscall.ENOENT
}
