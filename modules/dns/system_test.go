package dns

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestParseConfigReadsResolvConf(t *testing.T) {
	c := parseConfig(strings.NewReader("# comment\nsearch x\nnameserver 192.0.2.1 # trailing\nnameserver junk\n\tnameserver\tfe80::1%eth0\noptions ndots:2 timeout:7\n"))
	if len(c.servers) != 2 || c.servers[0].String() != "192.0.2.1:53" || c.servers[1].String() != "[fe80::1%eth0]:53" {
		t.Errorf("servers %v", c.servers)
	}
	if c.timeout != 7*time.Second {
		t.Errorf("timeout %v", c.timeout)
	}
	if c := parseConfig(strings.NewReader("")); len(c.servers) != 1 || c.servers[0].String() != "127.0.0.1:53" || c.timeout != defaultTimeout {
		t.Errorf("of an empty file: %v", c)
	}
}

func TestFindServiceReadsServices(t *testing.T) {
	const file = "domain\t53/udp\ndomain  53/tcp # both\nhttp 80/tcp www\n#ghost 81/tcp\n"
	for port, want := range map[int]string{53: "domain", 80: "http", 81: "81"} {
		if got := findService(strings.NewReader(file), port); got != want {
			t.Errorf("port %d: %q, want %q", port, got, want)
		}
	}
}

func TestReverseName(t *testing.T) {
	for ip, want := range map[string]string{
		"192.0.2.7":        "7.2.0.192.in-addr.arpa",
		"::ffff:192.0.2.7": "7.2.0.192.in-addr.arpa",
		"2001:db8::7":      "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
	} {
		if got := reverseName(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %s, want %s", ip, got, want)
		}
	}
}
