//go:build unix

package childprocess

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// noFD in a list of descriptors is one that the child does not get.
const noFD = -1

// start runs a program whose descriptors are fds. The file is looked for in the PATH of the child's
// environment, as execvp does.
func start(file string, n *invocation, dir string, fds []int) (*os.Process, error) {
	attr := &syscall.ProcAttr{Dir: dir, Env: n.env, Files: make([]uintptr, len(fds)), Sys: &syscall.SysProcAttr{Setsid: n.detached}}
	for i, fd := range fds {
		attr.Files[i] = uintptr(fd) // -1 is what package syscall skips
	}
	if n.uid >= 0 || n.gid >= 0 {
		c := &syscall.Credential{Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid()), NoSetGroups: os.Geteuid() != 0}
		if n.uid >= 0 {
			c.Uid = uint32(n.uid)
		}
		if n.gid >= 0 {
			c.Gid = uint32(n.gid)
		}
		attr.Sys.Credential = c
	}
	path, err := lookPath(file, n.env, dir)
	if err != nil {
		return nil, err
	}
	pid, err := syscall.ForkExec(path, n.args, attr)
	if err == syscall.ENOEXEC {
		// A script without #!: execvp gives it to the shell.
		args := append([]string{"/bin/sh", path}, n.args[min(1, len(n.args)):]...)
		pid, err = syscall.ForkExec("/bin/sh", args, attr)
	}
	if err != nil {
		return nil, err
	}
	return os.FindProcess(pid)
}

// lookPath finds file as execvp does. What it returns is for a process that is in dir.
func lookPath(file string, env []string, dir string) (string, error) {
	if strings.Contains(file, "/") {
		return file, nil
	}
	path := "/usr/local/bin:/bin:/usr/bin"
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = v
			break
		}
	}
	failure := error(syscall.ENOENT)
	for _, d := range strings.Split(path, ":") {
		candidate := d + "/" + file
		if d == "" {
			candidate = "./" + file
		}
		seen := candidate
		if !filepath.IsAbs(candidate) {
			seen = filepath.Join(dir, candidate)
		}
		info, err := os.Stat(seen)
		switch {
		case err != nil:
		case info.IsDir() || syscall.Access(seen, 1) != nil:
			failure = syscall.EACCES
		default:
			return candidate, nil
		}
	}
	return "", failure
}

// socketPair makes a pair of connected sockets: ours does not block, the child's does. Neither is
// inherited by itself.
func socketPair() (ours, childs int, err error) {
	syscall.ForkLock.RLock()
	p, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(p[0])
		syscall.CloseOnExec(p[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return noFD, noFD, err
	}
	if err := syscall.SetNonblock(p[0], true); err != nil {
		closeFD(p[0])
		closeFD(p[1])
		return noFD, noFD, err
	}
	return p[0], p[1], nil
}

func closeFD(fd int) { _ = syscall.Close(fd) }

// setBlocking is for descriptors of ours that become standard ones of a child, which expects them to block.
func setBlocking(fd int) { _ = syscall.SetNonblock(fd, false) }

// validFD reports whether fd is open.
func validFD(fd int) bool {
	var st syscall.Stat_t
	return syscall.Fstat(fd, &st) == nil
}

// duplicateFD returns another descriptor of what fd is, which children do not inherit.
func duplicateFD(fd int) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	dup, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(dup)
	}
	return dup, err
}

func closeAll(fds []int) {
	for _, fd := range fds {
		closeFD(fd)
	}
}

// sendTo writes once, with the descriptor pass unless that is noFD.
func sendTo(fd uintptr, p []byte, pass int) (n int, err error) {
	for {
		if pass == noFD {
			n, err = syscall.Write(int(fd), p)
		} else {
			n, err = syscall.SendmsgN(int(fd), p, syscall.UnixRights(pass), nil, 0)
		}
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

// writeAll writes p and waits until the kernel took it. The descriptor pass, unless that is noFD, goes
// with the first byte.
func writeAll(raw syscall.RawConn, p []byte, pass int) error {
	var err error
	cerr := raw.Write(func(fd uintptr) bool {
		for len(p) > 0 {
			var n int
			if n, err = sendTo(fd, p, pass); err != nil {
				return err != syscall.EAGAIN
			}
			p, pass = p[n:], noFD
		}
		return true
	})
	if cerr != nil {
		return cerr
	}
	return err
}

// receive reads what comes, with the descriptors that came with it: io.EOF at the end.
func receive(raw syscall.RawConn, p []byte) (n int, fds []int, err error) {
	rights := make([]byte, syscall.CmsgSpace(4*maxPassed))
	cerr := raw.Read(func(fd uintptr) bool {
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		var size int
		for {
			if n, size, _, _, err = syscall.Recvmsg(int(fd), p, rights, 0); err != syscall.EINTR {
				break
			}
		}
		if err == syscall.EAGAIN {
			return false
		}
		if err == syscall.ENOTSOCK {
			n, err = syscall.Read(int(fd), p)
			return err != syscall.EAGAIN
		}
		if err == nil && size > 0 {
			fds = passed(rights[:size])
		}
		return true
	})
	switch {
	case cerr != nil:
		return 0, nil, cerr
	case err == nil && n == 0:
		return 0, fds, io.EOF
	}
	return max(n, 0), fds, err
}

// maxPassed is how many descriptors are taken with one message, as many as libuv takes; Node sends one.
const maxPassed = 64

// passed returns the descriptors of a control message, which children will not inherit.
func passed(rights []byte) (fds []int) {
	messages, err := syscall.ParseSocketControlMessage(rights)
	if err != nil {
		return nil
	}
	for _, m := range messages {
		if got, err := syscall.ParseUnixRights(&m); err == nil {
			fds = append(fds, got...)
		}
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
	}
	return fds
}

// tryWrite writes what the kernel takes now; more says that it is full. The descriptor pass, unless that
// is noFD, goes with the first byte.
func tryWrite(raw syscall.RawConn, p []byte, pass int) (n int, more bool, err error) {
	cerr := raw.Write(func(fd uintptr) bool {
		n, err = sendTo(fd, p, pass)
		return true
	})
	if cerr != nil {
		return 0, false, cerr
	}
	if err == syscall.EAGAIN {
		return 0, true, nil
	}
	return max(n, 0), err == nil && n < len(p), err
}

// readable reports whether a socket has bytes, or the end, to read.
func readable(raw syscall.RawConn) bool {
	var err error
	cerr := raw.Control(func(fd uintptr) {
		_, _, err = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
	})
	return cerr == nil && err == nil
}

// outcome returns how a process ended: its exit code, or the signal that killed it.
func outcome(s *os.ProcessState) (code int, sig syscall.Signal) {
	w, ok := s.Sys().(syscall.WaitStatus)
	if ok && w.Signaled() {
		return 0, w.Signal()
	}
	return s.ExitCode(), 0
}

// inheritNot makes a channel's descriptor ready for us: it does not block, and children of ours do
// not get it.
func inheritNot(fd int) {
	syscall.CloseOnExec(fd)
	_ = syscall.SetNonblock(fd, true)
}

// openNull opens the null device; children get it through start.
func openNull() (int, error) {
	fd, err := syscall.Open(os.DevNull, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return noFD, err
	}
	return fd, nil
}

// canPass says that descriptors can be sent to other processes.
const canPass = true
