package modules

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// FSName turns an absolute path into the name that it has in an fs.FS: its root is the root of the
// system, and on Windows that of any drive.
func FSName(name string) string {
	name = filepath.ToSlash(strings.TrimPrefix(name, filepath.VolumeName(name)))
	if name = strings.TrimPrefix(path.Clean("/"+name), "/"); name == "" {
		return "."
	}
	return name
}

// Root is the folder that a runtime with Settings.FS starts in.
func Root() string {
	if filepath.Separator == '\\' {
		return `C:\`
	}
	return "/"
}

// Files is where modules are loaded from: Settings.FS, or the operating system. Errors are those of
// package fs.
type Files struct{ fs fs.FS }

// Files returns where the modules of h are loaded from.
func (h *Host) Files() Files { return Files{h.Settings.FS} }

// ReadFile returns the contents of a file.
func (f Files) ReadFile(name string) ([]byte, error) {
	if f.fs != nil {
		return fs.ReadFile(f.fs, FSName(name))
	}
	return os.ReadFile(name)
}

// Stat describes a file, after symbolic links.
func (f Files) Stat(name string) (fs.FileInfo, error) {
	if f.fs != nil {
		return fs.Stat(f.fs, FSName(name))
	}
	return os.Stat(name)
}

// Real resolves symbolic links, so that a file is one module by whatever name it is reached. In an
// fs.FS a file has one name.
func (f Files) Real(name string) string {
	if f.fs == nil {
		if real, err := filepath.EvalSymlinks(name); err == nil {
			return real
		}
	}
	return name
}
