package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gonode/gonode/modules"
)

// access decides by Permissions. Immutable.
type access struct {
	net, listen []endpoint
	read, write places
	env         []string
	run         places
	exit        bool
}

var _ modules.Access = (*access)(nil)

// newAccess reads p; dir is what relative paths start from, path where programs are looked for.
func newAccess(p Permissions, dir, path string) (*access, error) {
	a := &access{env: slices.Clone(p.Env), exit: p.Exit}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for _, list := range []struct {
		entries []string
		to      *[]endpoint
	}{{p.Net, &a.net}, {p.Listen, &a.listen}} {
		for _, entry := range list.entries {
			e, err := parseEndpoint(entry)
			if err != nil {
				return nil, fmt.Errorf("runtime: Options.Permissions: %w", err)
			}
			if e.path != "" && e.path[0] != '@' {
				e.path, _ = resolve(within(dir, e.path), true)
			}
			*list.to = append(*list.to, e)
		}
	}
	for _, entry := range p.Run {
		if entry != "*" && !strings.ContainsRune(entry, filepath.Separator) && !strings.Contains(entry, "/") {
			a.run.add(findProgram(entry, path), dir, false)
			continue
		}
		a.run.add(entry, dir, false)
	}
	for _, entry := range p.Read {
		a.read.add(entry, dir, true)
	}
	for _, entry := range p.Write {
		a.write.add(entry, dir, true)
	}
	return a, nil
}

// findProgram returns the file that the program called name is now; "" if there is none. Programs called
// so that turn up later were not meant.
func findProgram(name, path string) string {
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue
		}
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && (info.Mode()&0o111 != 0 || runtime.GOOS == "windows") {
			return file
		}
	}
	return ""
}

// within completes path, not cleaning it: "link/.." is not "".
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return dir + string(filepath.Separator) + path
}

// places are files and folders, their links resolved.
type places struct {
	all   bool
	roots []string
}

func (p *places) add(entry, dir string, follow bool) {
	switch entry {
	case "":
	case "*":
		p.all = true
	default:
		if root, ok := resolve(within(dir, entry), follow); ok {
			p.roots = append(p.roots, root)
		}
	}
}

// has reports whether path, resolved, is one of the places.
func (p *places) has(path string) bool {
	return p.all || slices.ContainsFunc(p.roots, func(root string) bool { return samePath(root, path) })
}

// holds reports whether path, with its links resolved, is one of the places or lies in one.
func (p *places) holds(path string, follow bool) bool {
	if p.all || len(p.roots) == 0 {
		return p.all
	}
	path, ok := resolve(path, follow)
	return ok && slices.ContainsFunc(p.roots, func(root string) bool {
		if samePath(root, path) {
			return true
		}
		root = strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
		return len(path) > len(root) && samePath(root, path[:len(root)])
	})
}

func samePath(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

// maxLinks bounds the symbolic links of a path, as the systems do.
const maxLinks = 40

// resolve follows the symbolic links of the absolute path as the system would, the one at its end if
// follow says so or a separator stands behind it. What is not there (yet) stays as it is written. ok is
// false for what has no such path.
func resolve(path string, follow bool) (resolved string, ok bool) {
	const sep = string(filepath.Separator)
	volume := filepath.VolumeName(path)
	if !filepath.IsAbs(path) || runtime.GOOS == "windows" && strings.HasPrefix(volume, `\\`) {
		return "", false // a share or a device, for which other rules hold
	}
	root := volume + sep
	rest := filepath.FromSlash(path)[len(volume):]
	follow = follow || strings.HasSuffix(rest, sep)
	done := root
	for links := 0; rest != ""; {
		var part string
		part, rest, _ = strings.Cut(rest, sep)
		switch {
		case part == "" || part == ".":
			continue
		case part == "..":
			done = filepath.Dir(done)
			continue
		case runtime.GOOS == "windows" && (strings.ContainsAny(part, ":") || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ")):
			return "", false // Windows has other names for what these say
		}
		next := filepath.Join(done, part)
		if strings.Trim(rest, sep) == "" && !follow {
			done = next
			continue
		}
		info, err := os.Lstat(next)
		if err != nil || info.Mode()&(os.ModeSymlink|os.ModeIrregular) == 0 {
			done = next
			continue
		}
		target, err := os.Readlink(next)
		if links++; err != nil || links > maxLinks {
			return "", false
		}
		if filepath.IsAbs(target) {
			v := filepath.VolumeName(target)
			done, target = v+sep, target[len(v):]
		}
		rest = filepath.FromSlash(target) + sep + rest
	}
	return done, true
}

// Connect implements modules.Access.
func (a *access) Connect(host string, port int) bool { return covered(a.net, host, port) }

func covered(list []endpoint, host string, port int) bool {
	return slices.ContainsFunc(list, func(e endpoint) bool {
		if port == -1 { // any
			e.port = -1
		}
		return e.covers(host, port)
	})
}

// ConnectPath implements modules.Access. A Unix socket is network and file at once: an entry that names
// it grants both, "*" the one.
func (a *access) ConnectPath(path string) bool {
	return a.socket(a.net, path, func() bool { return a.Read(path, true) && a.Write(path, true) })
}

// ListenPath implements modules.Access.
func (a *access) ListenPath(path string) bool {
	return a.socket(a.listen, path, func() bool { return a.Write(path, false) })
}

func (a *access) socket(list []endpoint, path string, file func() bool) bool {
	abstract := strings.HasPrefix(path, "\x00")
	resolved := "@" + strings.TrimPrefix(path, "\x00")
	if !abstract {
		var ok bool
		dir, err := os.Getwd()
		if err != nil {
			return false
		}
		path = within(dir, path)
		if resolved, ok = resolve(path, true); !ok {
			return false
		}
	}
	return slices.ContainsFunc(list, func(e endpoint) bool {
		if e.path != "" {
			return e.path == resolved
		}
		return e.any && e.port == -1 && (abstract || file())
	})
}

// Listen implements modules.Access.
func (a *access) Listen(host string, port int) bool {
	if host == "" {
		return covered(a.listen, "::", port) || covered(a.listen, "0.0.0.0", port)
	}
	return covered(a.listen, host, port)
}

// Read implements modules.Access.
func (a *access) Read(path string, follow bool) bool { return a.read.holds(path, follow) }

// Write implements modules.Access.
func (a *access) Write(path string, follow bool) bool { return a.write.holds(path, follow) }

// Env implements modules.Access.
func (a *access) Env(name string) bool {
	return slices.ContainsFunc(a.env, func(entry string) bool {
		if prefix, ok := strings.CutSuffix(entry, "*"); ok {
			return strings.HasPrefix(name, prefix)
		}
		return entry == name
	})
}

// Run implements modules.Access. The file's folder is resolved, the file is not: some are many programs
// by the name they are called with.
func (a *access) Run(file string) bool {
	if file == "" || a.run.all {
		return a.run.all
	}
	path, ok := resolve(file, false)
	return ok && a.run.has(path)
}

// Exit implements modules.Access.
func (a *access) Exit() bool { return a.exit }

// AllNet implements modules.Access.
func (a *access) AllNet() bool { return all(a.net) }

// AllListen implements modules.Access.
func (a *access) AllListen() bool { return all(a.listen) }

func all(list []endpoint) bool {
	return slices.ContainsFunc(list, func(e endpoint) bool { return e.any && e.port == -1 })
}
