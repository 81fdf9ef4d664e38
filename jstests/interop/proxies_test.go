//go:build interop

package interop_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// proxy starts nginx or haproxy with a configuration, in which DIR, PORT and UPSTREAM are replaced,
// and returns its address.
func proxy(t *testing.T, name, config, upstream string) string {
	t.Helper()
	need(t, name)
	dir := t.TempDir()
	ln, err := net.Listen("tcp", "127.0.0.1:0") // they cannot be asked for a port of the system's choice
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	ln.Close()
	_, port, _ := net.SplitHostPort(address)
	config = strings.NewReplacer("DIR", dir, "PORT", port, "UPSTREAM", upstream).Replace(config)
	path := filepath.Join(dir, "config")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-f", path}
	if name == "nginx" {
		args = []string{"-p", dir, "-c", path, "-e", "stderr"}
	}
	cmd := exec.Command(name, args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(out.String())
		}
	})
	deadline := time.Now().Add(10 * time.Second)
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return address
		}
		if time.Now().After(deadline) {
			t.Fatal(name, " does not listen: ", out.String())
		}
		<-time.After(10 * time.Millisecond)
	}
}

const nginxConfig = `
daemon off;
master_process off;
pid DIR/pid;
events {}
http {
	access_log off;
	client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d; scgi_temp_path DIR/e;
	client_max_body_size 0;
	upstream up { server UPSTREAM; keepalive 8; }
	map $http_upgrade $connection_header { default upgrade; '' ''; }
	server {
		listen 127.0.0.1:PORT;
		location / {
			proxy_pass http://up;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection $connection_header;
			proxy_buffering off;
			proxy_request_buffering off;
		}
	}
}
`

const haproxyConfig = `
global
	maxconn 200
defaults
	mode http
	timeout connect 5s
	timeout client 30s
	timeout server 30s
	timeout tunnel 30s
listen main
	bind 127.0.0.1:PORT
	option httpchk
	http-check send meth GET uri /hello ver HTTP/1.1 hdr Host gonode
	http-reuse always
	server up UPSTREAM check inter 100ms
`

// TestBehindProxies has a proxy in front of a server of gonode's, and its client ask through it: all
// must be as with a server of node's there.
func TestBehindProxies(t *testing.T) {
	need(t, "node")
	// These proxies pass on no early hints, or end them in their own way; a cut body is theirs too.
	const without = "/early,/cut"
	for name, config := range map[string]string{"nginx": nginxConfig, "haproxy": haproxyConfig} {
		t.Run(name, func(t *testing.T) {
			want := run(t, "node", "client.js", "http://"+proxy(t, name, config, serve(t, "node")), without)
			address := proxy(t, name, config, serve(t, gonode))
			t.Run("node asks", func(t *testing.T) {
				same(t, run(t, "node", "client.js", "http://"+address, without), want)
			})
			t.Run("gonode asks", func(t *testing.T) {
				same(t, run(t, gonode, "client.js", "http://"+address, without), want)
			})
			t.Run("load", func(t *testing.T) {
				need(t, "wrk")
				got := run(t, "wrk", "-t1", "-c20", "-d1s", "http://"+address+"/bytes?n=10000")
				if strings.Contains(got, "Non-2xx") || strings.Contains(got, "Socket errors") {
					t.Error(got)
				}
			})
		})
	}
}
