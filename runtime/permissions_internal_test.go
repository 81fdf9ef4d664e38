package runtime

import (
	"slices"
	"testing"
)

func TestEndpointCovers(t *testing.T) {
	for _, row := range []struct {
		entry, host string
		port        int
		want        bool
	}{
		{"*", "anything", 1, true},
		{"*:53", "8.8.8.8", 53, true},
		{"*:53", "8.8.8.8", 54, false},
		{"example.com", "EXAMPLE.com.", 443, true},
		{"example.com", "www.example.com", 443, false},
		{"*.example.com", "www.example.com", 443, true},
		{"*.example.com", "example.com", 443, false},
		{"*.example.com", "badexample.com", 443, false},
		{"example.com:443", "example.com", 80, false},
		{"example.com", "10.0.0.1", 80, false},
		{"127.0.0.1:80", "127.0.0.1", 80, true},
		{"127.0.0.1:80", "::ffff:127.0.0.1", 80, true},
		{"127.0.0.1:80", "localhost", 80, false},
		{"[::1]:80", "::1", 80, true},
		{"[::1]:80", "::1", 81, false},
		{"::1", "::1", 81, true},
		{"fe80::1", "fe80::1%eth0", 81, true},
		{"10.0.0.0/8:5432", "10.9.8.7", 5432, true},
		{"10.0.0.0/8:5432", "11.9.8.7", 5432, false},
		{"fd00::/8", "fd12::1", 1, true},
		{"unix:/run/x", "/run/x", 0, false},
	} {
		e, err := parseEndpoint(row.entry)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.covers(row.host, row.port); got != row.want {
			t.Errorf("%s covers %s:%d: %v", row.entry, row.host, row.port, got)
		}
	}
	for _, entry := range []string{"", ":80", "host:", "host:http", "host:70000", "[::1", "[host]:1", "a/b", "*.:1", "a*b", "unix:"} {
		if e, err := parseEndpoint(entry); err == nil {
			t.Errorf("%q is %+v", entry, e)
		}
	}
}

func TestGrantReadsCommandOptions(t *testing.T) {
	var p Permissions
	for _, o := range []string{"--allow-net=localhost:80,[::1]:81", "--allow-listen", "--allow-read=/a,/b", "--allow-fs-write=/c", "--allow-env=A,B_*", "--allow-run=ls", "--allow-exit"} {
		if known, err := p.Grant(o); !known || err != nil {
			t.Error(o, known, err)
		}
	}
	if !slices.Equal(p.Net, []string{"localhost:80", "[::1]:81"}) || !slices.Equal(p.Listen, []string{"*"}) || !slices.Equal(p.Read, []string{"/a", "/b"}) ||
		!slices.Equal(p.Write, []string{"/c"}) || !slices.Equal(p.Env, []string{"A", "B_*"}) || !slices.Equal(p.Run, []string{"ls"}) || !p.Exit {
		t.Errorf("%+v", p)
	}
	if known, err := p.Grant("--allow-nothing"); known || err != nil {
		t.Error(known, err)
	}
	for _, o := range []string{"--allow-net=", "--allow-net=a:b:c:d/e", "--allow-exit=1", "--allow-env=A,,B"} {
		if known, err := p.Grant(o); !known || err == nil {
			t.Error(o, known, err)
		}
	}
}
