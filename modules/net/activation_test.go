//go:build unix

package net_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
)

// TestActivated is the child of TestSocketActivation: it runs the script that it finds in its
// environment, as the command would.
func TestActivated(t *testing.T) {
	script, ok := os.LookupEnv("ACTIVATED_SCRIPT")
	if !ok {
		t.Skip("the child of TestSocketActivation")
	}
	rt, err := runtime.New(runtime.Options{Stdout: os.Stderr, Stderr: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.RunString("[activated]", script); err != nil {
		t.Fatal(err)
	}
}

// spec: server.listen.fd
//
// A parent binds and listens, as systemd does, and hands the descriptors over from 3 on.
func TestSocketActivation(t *testing.T) {
	const accept = `
		if (process.env.LISTEN_FDS !== '2') throw new Error('LISTEN_FDS is ' + process.env.LISTEN_FDS);
		const servers = [];
		const done = () => { if (--left === 0) servers.forEach((s) => s.close()); };
		let left = 2;
	`
	for name, c := range map[string]struct{ script, want string }{
		"net": {accept + `
			for (const fd of [3, 4]) {
				const server = require('net').createServer((c) => { c.end('descriptor ' + fd + ' ' + server._handle.fd + '\n'); done(); });
				servers.push(server.listen({ fd }));
			}`, "descriptor %d %[1]d\n"},
		"http": {accept + `
			for (const fd of [3, 4]) {
				const server = require('http').createServer((req, res) => { res.end('descriptor ' + fd); done(); });
				servers.push(server.listen({ fd }));
			}`, "descriptor %d"},
	} {
		t.Run(name, func(t *testing.T) {
			tcp, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			dir, err := os.MkdirTemp("", "act")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			path := filepath.Join(dir, "s")
			unix, err := net.Listen("unix", path)
			if err != nil {
				t.Fatal(err)
			}
			unix.(*net.UnixListener).SetUnlinkOnClose(false)
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestActivated$", "-test.v=false")
			cmd.Env = append(os.Environ(), "LISTEN_FDS=2", "ACTIVATED_SCRIPT="+c.script)
			var output strings.Builder
			cmd.Stdout, cmd.Stderr = &output, &output
			for _, ln := range []interface{ File() (*os.File, error) }{tcp.(*net.TCPListener), unix.(*net.UnixListener)} {
				f, err := ln.File()
				if err != nil {
					t.Fatal(err)
				}
				cmd.ExtraFiles = append(cmd.ExtraFiles, f)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// From now on the child alone has them.
			for _, f := range cmd.ExtraFiles {
				f.Close()
			}
			tcp.Close()
			unix.Close()
			for i, address := range []net.Addr{tcp.Addr(), unix.Addr()} {
				if got, want := fetch(t, address, name == "http"), fmt.Sprintf(c.want, 3+i); got != want {
					t.Errorf("%v: got %q, want %q", address, got, want)
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Fatalf("the child: %v\n%s", err, output.String())
			}
			if conn, err := net.Dial("tcp", tcp.Addr().String()); err == nil {
				conn.Close()
				t.Error("the port is still open")
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("the path belongs to the parent: %v", err)
			}
		})
	}
}

// Descriptors of a connection and of a pipe, as inetd or a shell hands them over.
func TestSocketOfAGivenDescriptor(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	accepted, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := accepted.(*net.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	accepted.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, answer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestActivated$", "-test.v=false")
	cmd.ExtraFiles = []*os.File{conn, r, answer}
	cmd.Env = append(os.Environ(), `ACTIVATED_SCRIPT=
		const net = require('net');
		const socket = new net.Socket({ fd: 3 });
		if (socket.remoteFamily !== 'IPv4' || socket.pending || socket.readyState !== 'open') throw new Error('not connected');
		socket.on('data', (d) => socket.end('echo ' + d));
		const input = new net.Socket({ fd: 4, readable: true, writable: false });
		const output = new net.Socket(5); // the legacy form
		let text = '';
		input.setEncoding('utf8').on('data', (d) => text += d).on('end', () => output.end(text.toUpperCase()));
		output.on('finish', () => output.destroy());`)
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, f := range cmd.ExtraFiles {
		f.Close()
	}
	io.WriteString(client, "hello")
	client.(*net.TCPConn).CloseWrite()
	if text, err := io.ReadAll(client); err != nil || string(text) != "echo hello" {
		t.Errorf("the connection: %q, %v", text, err)
	}
	io.WriteString(w, "through a pipe")
	w.Close()
	if text, err := io.ReadAll(answers); err != nil || string(text) != "THROUGH A PIPE" {
		t.Errorf("the pipes: %q, %v", text, err)
	}
	answers.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the child: %v\n%s", err, output.String())
	}
}

// fetch connects, asks over HTTP if told to, and returns the body, or all that came.
func fetch(t *testing.T, address net.Addr, http bool) string {
	t.Helper()
	conn, err := net.Dial(address.Network(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if http {
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	}
	text, err := io.ReadAll(bufio.NewReader(conn))
	if err != nil {
		t.Fatal(err)
	}
	if _, body, ok := strings.Cut(string(text), "\r\n\r\n"); http && ok {
		return body
	}
	return string(text)
}
