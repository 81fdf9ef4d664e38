// Command hostmodule gives a script a module that is written in Go.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gonode/gonode/runtime"
)

// user is an object with these properties in JavaScript; the names are encoding/json's.
type user struct {
	Name string   `json:"name"`
	Tags []string `json:"tags,omitempty"`
}

// noUser is an error whose code JavaScript sees.
type noUser string

func (e noUser) Error() string { return "no user " + string(e) }
func (e noUser) Code() string  { return "E_NO_USER" }

func main() {
	var mu sync.Mutex
	users := map[string]user{}

	store := runtime.Exports{
		// Called on the loop goroutine: it must be quick.
		"add": func(u user) int {
			mu.Lock()
			defer mu.Unlock()
			users[u.Name] = u
			return len(users)
		},
		// Async runs on a goroutine of its own; JavaScript gets a promise.
		"find": runtime.Async{Func: func(ctx context.Context, name string) (user, error) {
			mu.Lock()
			defer mu.Unlock()
			u, ok := users[name]
			if !ok {
				return u, noUser(name)
			}
			return u, nil
		}},
		"version": 1,
	}
	rt, err := runtime.New(runtime.Options{Modules: map[string]any{"store": store}})
	if err != nil {
		panic(err)
	}
	defer rt.Close()

	err = rt.RunString("app.js", `
		const store = require('store');
		console.log(store.add({ name: 'ada', tags: ['math'] }));
		store.find('ada').then((u) => console.log(u))
			.then(() => store.find('bob')).catch((e) => { console.log(e.code, e.message); throw e });
		try { store.add({ name: 5 }) } catch (e) { console.log(e.message) }
	`)
	// What was thrown in Go and not caught in JavaScript comes back as itself.
	var missing noUser
	fmt.Println(errors.As(err, &missing), string(missing))
}
