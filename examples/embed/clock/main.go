// Command clock runs a script that takes an hour, in no time and the same each time.
package main

import (
	"math/rand/v2"
	"time"

	"github.com/gonode/gonode/runtime"
)

func main() {
	rt, err := runtime.New(runtime.Options{
		// A fake clock jumps to the next timer when there is nothing else to wait for.
		Clock:      runtime.NewFakeClock(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)),
		Rand:       rand.NewPCG(1, 2),
		CryptoRand: rand.NewChaCha8([32]byte{1}),
		PID:        1,
	})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	if err := rt.RunString("app.js", `
		console.log(new Date().toISOString(), Math.random().toFixed(6), require('crypto').randomBytes(4).toString('hex'));
		setTimeout(() => console.log(new Date().toISOString()), 3600 * 1000);
	`); err != nil {
		panic(err)
	}
}
