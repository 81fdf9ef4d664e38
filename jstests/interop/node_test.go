//go:build interop

package interop_test

import "testing"

// TestNode has each of gonode and node serve the other, and itself: all see the same.
func TestNode(t *testing.T) {
	need(t, "node")
	want := run(t, "node", "client.js", "http://"+serve(t, "node"))
	for _, pair := range []struct{ name, server, client string }{
		{"gonode serves node", gonode, "node"},
		{"node serves gonode", "node", gonode},
		{"gonode serves gonode", gonode, gonode},
	} {
		t.Run(pair.name, func(t *testing.T) {
			same(t, run(t, pair.client, "client.js", "http://"+serve(t, pair.server)), want)
		})
	}
}

// TestUndici is node's fetch, which has a client of its own.
func TestUndici(t *testing.T) {
	need(t, "node")
	same(t, run(t, "node", "fetch.mjs", "http://"+serve(t, gonode)), run(t, "node", "fetch.mjs", "http://"+serve(t, "node")))
}

// TestPython is http.client, which must see no difference between gonode's server and node's.
func TestPython(t *testing.T) {
	need(t, "python3")
	need(t, "node")
	same(t, run(t, "python3", "client.py", serve(t, gonode)), run(t, "python3", "client.py", serve(t, "node")))
}
