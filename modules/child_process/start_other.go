//go:build !unix

package childprocess

import (
	"os"
	"syscall"
)

const noFD = -1

func start(string, *invocation, string, []int) (*os.Process, error) { return nil, syscall.ENOSYS }
func lookPath(file string, _ []string, _ string) (string, error)    { return file, nil }
func socketPair() (ours, childs int, err error)                     { return noFD, noFD, syscall.ENOSYS }
func closeFD(int)                                                   {}
func setBlocking(int)                                               {}
func validFD(int) bool                                              { return true }
func duplicateFD(int) (int, error)                                  { return noFD, syscall.ENOSYS }
func closeAll([]int)                                                {}
func tryWrite(syscall.RawConn, []byte, int) (int, bool, error)      { return 0, false, syscall.ENOSYS }
func writeAll(syscall.RawConn, []byte, int) error                   { return syscall.ENOSYS }
func receive(syscall.RawConn, []byte) (int, []int, error)           { return 0, nil, syscall.ENOSYS }
func readable(syscall.RawConn) bool                                 { return false }
func outcome(s *os.ProcessState) (int, syscall.Signal)              { return s.ExitCode(), 0 }
func inheritNot(int)                                                {}
func openNull() (int, error)                                        { return noFD, syscall.ENOSYS }

const canPass = false
