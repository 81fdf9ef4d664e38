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

// Absolute completes a relative path to one below dir, which is absolute; it is not cleaned: "link/.." is not "".
// On Windows a path that begins with a separator lacks its drive.
func Absolute(dir, path string) string {
	switch {
	case filepath.IsAbs(path):
		return path
	case path != "" && os.IsPathSeparator(path[0]):
		return filepath.VolumeName(dir) + path
	}
	return dir + string(filepath.Separator) + path
}

// Files is where modules are loaded from: Settings.FS, or those files of the operating system that the
// program may read. Errors are those of package fs, or *Denied.
type Files struct {
	fs   fs.FS
	host *Host // nil: whatever there is may be read
}

// Files returns where the modules of h are loaded from.
func (h *Host) Files() Files {
	if h.Settings.FS == nil && h.Settings.Access != nil {
		return Files{host: h}
	}
	return h.AllFiles()
}

// AllFiles is Files without regard to what the program may read: for what the embedder asks for.
func (h *Host) AllFiles() Files { return Files{fs: h.Settings.FS} }

// May reports whether the program may read the file or folder called name.
func (f Files) May(name string) bool {
	if f.host == nil || f.host.Settings.Access.Read(name, true) {
		return true
	}
	if name != f.host.Main {
		return false
	}
	// A program that may write beside it could have made it a link.
	real, err := filepath.EvalSymlinks(name)
	return err == nil && real == name
}

func (f Files) may(name string) error {
	if f.May(name) {
		return nil
	}
	return DeniedRead(name)
}

// ReadFile returns the contents of a file.
func (f Files) ReadFile(name string) ([]byte, error) {
	if f.fs != nil {
		return fs.ReadFile(f.fs, FSName(name))
	}
	if f.host != nil {
		Links.RLock()
		defer Links.RUnlock()
	}
	if err := f.may(name); err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

// Stat describes a file, after symbolic links.
func (f Files) Stat(name string) (fs.FileInfo, error) {
	if f.fs != nil {
		return fs.Stat(f.fs, FSName(name))
	}
	if f.host != nil {
		Links.RLock()
		defer Links.RUnlock()
	}
	if err := f.may(name); err != nil {
		return nil, err
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
