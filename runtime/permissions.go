package runtime

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Permissions is what JavaScript may reach in the world. What is not listed is refused, with an error
// (ERR_ACCESS_DENIED) whose permission and resource fields say what was asked for and whose message
// names the option that grants it; the zero value refuses all of it. Options.Permissions nil grants all
// of it.
//
// In every list the entry "*" grants everything of its kind.
type Permissions struct {
	// Net lists where to connect to: "example.com" or "example.com:443", "*.example.com", "127.0.0.1:80",
	// "[::1]:80", "10.0.0.0/8:5432", "*:53", or "unix:/run/x.sock". An entry without a port is for all
	// ports. A name is matched as the program gives it and covers the addresses that the runtime's own
	// resolver finds for it; what a lookup function of the program's finds has to be listed itself.
	// Looking names up needs an entry that names them. A Unix socket is granted by "unix:", or by "*"
	// together with Read and Write of its path (Listen: Write). Descriptors of the process need "*".
	Net []string
	// Listen lists what to listen on, written as in Net: "127.0.0.1:8080", "127.0.0.1" for any port of
	// it, "*:8080". Listening on all interfaces is "0.0.0.0" or "::".
	Listen []string
	// Read and Write list files and folders; a folder stands for all below it. Relative ones start in
	// Options.Dir. Symbolic links are followed before it is decided, those of the lists once, by New. What
	// require loads has to be readable, package.json and folders called node_modules included; the main
	// script may always be loaded, and what comes from Options.FS needs no permission. A hard link is the
	// file itself. The descriptors that a script may use are those of the files it has opened.
	Read, Write []string
	// Env lists variables of process.env by name; "APP_*" is all that begin so. Setting one needs the
	// permission as well: a program that is started would see it. Those not granted are not listed, and
	// to ask for one throws. What the runtime itself goes by (PATH, HOME in os.homedir(), NODE_PATH) is as it was.
	Env []string
	// Run lists programs that may be started: by path, or by a name, which is the file that Options.Env's
	// PATH led to when the runtime was made. What a program does is nobody's business any more: to grant
	// "sh", or a program in a folder that may be written to, is to grant everything. LD_* and DYLD_*
	// variables, and descriptors that are no files of the script's, need "*".
	Run []string
	// Exit lets the script end: process.exit and its kin, and process.kill.
	Exit bool
}

// permissionOptions are the command options of the lists, by the spelling that errors name; Node's
// where Node has one.
var permissionOptions = []struct {
	names []string
	list  func(p *Permissions) *[]string
}{
	{[]string{"--allow-net"}, func(p *Permissions) *[]string { return &p.Net }},
	{[]string{"--allow-listen"}, func(p *Permissions) *[]string { return &p.Listen }},
	{[]string{"--allow-fs-read", "--allow-read"}, func(p *Permissions) *[]string { return &p.Read }},
	{[]string{"--allow-fs-write", "--allow-write"}, func(p *Permissions) *[]string { return &p.Write }},
	{[]string{"--allow-env"}, func(p *Permissions) *[]string { return &p.Env }},
	{[]string{"--allow-child-process", "--allow-run"}, func(p *Permissions) *[]string { return &p.Run }},
}

// Grant adds what a command option such as "--allow-net=localhost:8080,example.com" grants; without a
// value it grants all of its kind. known is false, and p unchanged, if it is no option of permissions:
// they are --allow-net, --allow-listen, --allow-fs-read (or --allow-read), --allow-fs-write (or
// --allow-write), --allow-env, --allow-child-process (or --allow-run), and --allow-exit.
//
// # Errors
//
// An entry that cannot be understood; a value for --allow-exit.
func (p *Permissions) Grant(option string) (known bool, err error) {
	name, value, valued := strings.Cut(option, "=")
	if name == "--allow-exit" {
		if valued {
			return true, fmt.Errorf("%s takes no value", name)
		}
		p.Exit = true
		return true, nil
	}
	for _, o := range permissionOptions {
		for _, n := range o.names {
			if n != name {
				continue
			}
			entries := []string{"*"}
			if valued {
				entries = strings.Split(value, ",")
			}
			for _, e := range entries {
				if e == "" {
					return true, fmt.Errorf("%s: an entry is empty", name)
				}
				if o.names[0] == "--allow-net" || o.names[0] == "--allow-listen" {
					if _, err := parseEndpoint(e); err != nil {
						return true, fmt.Errorf("%s: %w", name, err)
					}
				}
			}
			list := o.list(p)
			*list = append(*list, entries...)
			return true, nil
		}
	}
	return false, nil
}

// endpoint is a parsed entry of Net or Listen.
type endpoint struct {
	any    bool         // every host
	name   string       // of a host, lower case; ".example.com" for what lies below it
	prefix netip.Prefix // valid if it is about addresses
	path   string       // of a Unix socket
	port   int          // -1: all
}

// parseEndpoint reads host, host:port, [v6]:port, prefix, prefix:port or unix:path.
func parseEndpoint(entry string) (endpoint, error) {
	e := endpoint{port: -1}
	bad := fmt.Errorf("%q is no host, host:port or unix:path", entry)
	if path, ok := strings.CutPrefix(entry, "unix:"); ok {
		if path == "" {
			return e, bad
		}
		e.path = path
		return e, nil
	}
	host := entry
	if rest, ok := strings.CutPrefix(entry, "["); ok {
		inside, after, ok := strings.Cut(rest, "]")
		if !ok || !strings.Contains(inside, ":") {
			return e, bad
		}
		host = inside
		if after != "" {
			port, ok := strings.CutPrefix(after, ":")
			if !ok || !e.setPort(port) {
				return e, bad
			}
		}
	} else if strings.Count(entry, ":") == 1 {
		h, port, _ := strings.Cut(entry, ":")
		if host = h; !e.setPort(port) {
			return e, bad
		}
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		e.prefix = netip.PrefixFrom(addr, addr.BitLen())
		return e, nil
	}
	if prefix, err := netip.ParsePrefix(host); err == nil {
		e.prefix = prefix.Masked()
		return e, nil
	}
	switch {
	case host == "*":
		e.any = true
	case strings.HasPrefix(host, "*."):
		e.name = strings.ToLower(host[1:])
	default:
		e.name = strings.ToLower(host)
	}
	if host == "" || strings.ContainsAny(e.name, "*/: \t") || e.name == "." {
		return e, bad
	}
	return e, nil
}

func (e *endpoint) setPort(text string) bool {
	if text == "*" {
		return true
	}
	port, err := strconv.ParseUint(text, 10, 16)
	e.port = int(port)
	return err == nil
}

// covers reports whether host, a name or an address, and port are meant.
func (e *endpoint) covers(host string, port int) bool {
	if e.path != "" || e.port >= 0 && e.port != port {
		return false
	}
	if e.any {
		return true
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return e.prefix.IsValid() && e.prefix.Contains(addr.Unmap().WithZone(""))
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if strings.HasPrefix(e.name, ".") {
		return strings.HasSuffix(host, e.name) && len(host) > len(e.name)
	}
	return host == e.name
}
