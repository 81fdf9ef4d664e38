//go:build !unix

package os

import (
	"os"
	"syscall"
)

func getPriority(int) (int, error) { return 0, syscall.ENOSYS }

func setPriority(int, int) error { return syscall.ENOSYS }

func currentUser() (user, error) {
	home, err := os.UserHomeDir()
	return user{uid: -1, gid: -1, name: os.Getenv("USERNAME"), home: home}, err
}
