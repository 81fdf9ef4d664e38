// Command permissions runs a script that may reach a little of the world.
package main

import (
	"os"
	"path/filepath"

	"github.com/gonode/gonode/runtime"
)

func main() {
	dir, err := os.MkdirTemp("", "permissions")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "data.txt"), []byte("data"), 0o600); err != nil {
		panic(err)
	}

	rt, err := runtime.New(runtime.Options{
		Dir: dir,
		Env: map[string]string{"APP_MODE": "test", "SECRET": "s"},
		// What is not listed is refused.
		Permissions: &runtime.Permissions{
			Read: []string{"."},
			Net:  []string{"api.example.com:443"},
			Env:  []string{"APP_*"},
		},
	})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	if err := rt.RunString("app.js", `
		const fs = require('fs');
		const attempt = (what, f) => { try { console.log(what, f()) } catch (e) { console.log(what, e.code, e.permission) } };
		attempt('read', () => fs.readFileSync('data.txt', 'utf8'));
		attempt('write', () => fs.writeFileSync('data.txt', ''));
		attempt('out', () => { fs.readFileSync('../../etc/passwd') });
		attempt('env', () => process.env.APP_MODE);
		attempt('env', () => process.env.SECRET);
		attempt('run', () => require('child_process').execSync('id'));
		attempt('exit', () => process.exit());
		require('net').connect(80, '127.0.0.1').on('error', (e) => console.log(e.message));
	`); err != nil {
		panic(err)
	}
}
