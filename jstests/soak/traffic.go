package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// exchange is a request as it stands on the wire and what its answer must look like.
type exchange struct {
	request string
	method  string
	check   func(status int, body []byte) bool
	raw     bool // no HTTP behind the request: upgraded, a tunnel, or garbage
}

// exchanges returns one of each form, with random content.
func exchanges(r *rand.Rand, upstream string) []exchange {
	body := strings.Repeat(string(rune('a'+r.IntN(26))), r.IntN(20_000))
	var chunks strings.Builder
	for rest := body; rest != ""; {
		n := min(len(rest), 1+r.IntN(5000))
		fmt.Fprintf(&chunks, "%x\r\n%s\r\n", n, rest[:n])
		rest = rest[n:]
	}
	chunks.WriteString("0\r\n\r\n")
	get := func(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: soak\r\n\r\n" }
	post := func(path string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: soak\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	}
	is := func(want string) func(int, []byte) bool {
		return func(status int, got []byte) bool { return status == 200 && string(got) == want }
	}
	return []exchange{
		{request: get("/hello"), check: is("hello")},
		{request: "HEAD /hello HTTP/1.1\r\nHost: soak\r\n\r\n", method: "HEAD", check: is("")},
		{request: post("/echo"), check: is(body)},
		{request: "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks.String(), check: is(body)},
		{request: post("/json"), check: func(status int, got []byte) bool {
			return status == 200 && bytes.HasPrefix(got, fmt.Appendf(nil, `{"length":%d,`, len(body)))
		}},
		{request: post("/async"), check: is(fmt.Sprint(len(body)))},
		{request: get("/late"), check: is("late")},
		{request: get("/bytes"), check: func(status int, got []byte) bool { return status == 200 && len(got) == 20*32*1024 }},
		{request: get("/nothing"), check: func(status int, _ []byte) bool { return status == 404 }},
		{request: post("/proxy"), check: func(status int, got []byte) bool {
			return status == 502 || status == 200 && (string(got) == body || len(got) < len(body))
		}},
		{request: "POST /echo HTTP/1.1\r\nHost: soak\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok", check: is("ok")},
		{request: "GET / HTTP/1.1\r\nHost: soak\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n" + body, raw: true},
		{request: "CONNECT " + upstream + " HTTP/1.1\r\nHost: soak\r\n\r\n" + post("/"), raw: true},
		{request: "GET / HTTP/1.1\r\nHost: soak\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", raw: true},
		{request: body, raw: true},
	}
}

// visit is one connection of a client: some requests, one after the other or at once, and an end that
// may come at any moment.
func visit(address string, r *rand.Rand, did *counts) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		did.complain("%v", err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if r.IntN(4) == 0 {
		_ = conn.(*net.TCPConn).SetLinger(0) // its end will be a reset
	}
	in := bufio.NewReader(conn)
	for range 1 + r.IntN(8) {
		all := exchanges(r, address)
		x := all[r.IntN(len(all))]
		switch r.IntN(6) {
		case 0: // leaves in the middle of the request
			_, _ = io.WriteString(conn, x.request[:r.IntN(len(x.request)+1)])
			did.cut.Add(1)
			return
		case 1: // leaves in the middle of the answer
			_, _ = io.WriteString(conn, x.request)
			most := 2000
			if x.raw {
				most = 20 // what comes back through a tunnel may be no longer
			}
			_, _ = io.CopyN(io.Discard, in, int64(r.IntN(most)))
			did.cut.Add(1)
			return
		case 2: // ends its side and reads on, if there is anything
			_, _ = io.WriteString(conn, x.request)
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, in)
			did.cut.Add(1)
			return
		}
		if x.raw {
			_, _ = io.WriteString(conn, x.request)
			_, _ = io.CopyN(io.Discard, in, 20)
			did.cut.Add(1)
			return
		}
		// As it should be: whole, sometimes in pieces, sometimes twice at once.
		times := 1 + r.IntN(3)/2
		written := make(chan struct{})
		go func() {
			defer close(written)
			for range times {
				if at := len(x.request) / 2; len(x.request)%3 == 0 {
					_, _ = io.WriteString(conn, x.request[:at])
					_, _ = io.WriteString(conn, x.request[at:])
				} else {
					_, _ = io.WriteString(conn, x.request)
				}
			}
		}()
		for range times {
			method := x.method
			if method == "" {
				method = "GET"
			}
			res, err := http.ReadResponse(in, &http.Request{Method: method})
			for err == nil && res.StatusCode == 100 {
				res, err = http.ReadResponse(in, &http.Request{Method: method})
			}
			proxied := strings.Contains(x.request, "/proxy")
			if err != nil {
				if !proxied {
					did.complain("%.40q: %v", x.request, err)
				}
				return
			}
			body, err := io.ReadAll(res.Body)
			switch {
			case err != nil && proxied: // the upstream left, and the proxy passed that on
				did.cut.Add(1)
				return
			case err != nil || !x.check(res.StatusCode, body):
				did.complain("%.40q: %d, %d bytes, %v", x.request, res.StatusCode, len(body), err)
				return
			}
			did.whole.Add(1)
			if res.Close {
				return
			}
		}
		<-written // the proxy may answer 502 before it has all of the request
	}
}

// serveUpstream answers requests with their bodies, and leaves at any moment.
func serveUpstream(ln net.Listener) {
	r := rand.New(rand.NewPCG(*seed, 1<<32))
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		mood := rand.New(rand.NewPCG(r.Uint64(), 0))
		go func() {
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			for in := bufio.NewReader(conn); ; {
				req, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				if mood.IntN(10) == 0 {
					return
				}
				body, err := io.ReadAll(req.Body)
				if err != nil {
					return
				}
				answer := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
				if mood.IntN(10) == 0 {
					answer = answer[:mood.IntN(len(answer))]
					_, _ = conn.Write(answer)
					return
				}
				if _, err := conn.Write(answer); err != nil {
					return
				}
			}
		}()
	}
}
