package dns

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gonode/gonode/eventloop/sock"
)

// nameServers returns the network's way to name servers; it throws where an embedder's network has
// none.
func (r *Room) nameServers() sock.NameServers {
	ns, ok := r.network().(sock.NameServers)
	if !ok {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "DialNameServer() of the embedder's network")
	}
	return ns
}

// systemResolver is Go's resolver, with the network's way to the system's name servers.
func (r *Room) systemResolver() *net.Resolver {
	if r.h.Network == nil {
		return net.DefaultResolver
	}
	ns := r.nameServers()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		server, err := netip.ParseAddrPort(address)
		if err != nil {
			return nil, err
		}
		return ns.DialNameServer(ctx, network, server, netip.Addr{})
	}}
}

// systemConfig is what /etc/resolv.conf says that concerns queries for full names.
type systemConfig struct {
	servers []netip.AddrPort
	timeout time.Duration // of the first try
}

const (
	dnsPort = 53
	// defaultTimeout is c-ares's.
	defaultTimeout = 2 * time.Second
)

// readSystemConfig reads /etc/resolv.conf, see resolv.conf(5).
func readSystemConfig() systemConfig {
	f, err := os.Open("/etc/resolv.conf")
	if err != nil {
		return parseConfig(strings.NewReader(""))
	}
	defer f.Close()
	return parseConfig(f)
}

func parseConfig(r io.Reader) systemConfig {
	c := systemConfig{timeout: defaultTimeout}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "nameserver":
			if ip, err := netip.ParseAddr(words[1]); err == nil {
				c.servers = append(c.servers, netip.AddrPortFrom(ip, dnsPort))
			}
		case "options":
			for _, option := range words[1:] {
				if text, ok := strings.CutPrefix(option, "timeout:"); ok {
					if n, err := strconv.Atoi(text); err == nil && n > 0 {
						c.timeout = time.Duration(min(n, 30)) * time.Second
					}
				}
			}
		}
	}
	if len(c.servers) == 0 {
		c.servers = []netip.AddrPort{netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), dnsPort)}
	}
	return c
}

// hostsNames returns the names that /etc/hosts has for ip.
func hostsNames(ctx context.Context, ip string) []string {
	// Go's resolver without a way to the name servers is a reader of the hosts file.
	files := net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, net.ErrClosed
	}}
	names, err := files.LookupAddr(ctx, ip)
	if err != nil {
		return nil
	}
	return names
}

// serviceName returns the TCP service of the port as /etc/services has it, or the port itself.
func serviceName(port int) string {
	f, err := os.Open("/etc/services")
	if err != nil {
		return strconv.Itoa(port)
	}
	defer f.Close()
	return findService(f, port)
}

func findService(r io.Reader, port int) string {
	want := strconv.Itoa(port) + "/tcp"
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if words := strings.Fields(line); len(words) > 1 && words[1] == want {
			return words[0]
		}
	}
	return strconv.Itoa(port)
}
