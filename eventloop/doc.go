// Package eventloop is libuv's role for gonode: time, liveness and order. It knows neither
// JavaScript nor sockets; package sock brings bytes to it, the rooms bring callbacks.
//
// # One turn
//
// Run repeats turns until nothing keeps the loop alive, or Stop is called:
//
//	      ┌──────────────────────────────┐
//	┌────▶│ timers      due time, then   │  setTimeout, setInterval, deadlines
//	│     │             order of start   │
//	│     ├──────────────────────────────┤
//	│     │ pending     Defer            │  results that may not run inside their caller
//	│     ├──────────────────────────────┤
//	│     │ poll        Post, done, Work │  all I/O; sleeps here, and only here
//	│     │             (the cached time │
//	│     │             is read again)   │
//	│     ├──────────────────────────────┤
//	│     │ immediates  SetImmediate     │  queued during the phase: next turn
//	│     ├──────────────────────────────┤
//	│     │ close       Handle.Close     │  last words of handles
//	│     └──────────────┬───────────────┘
//	└────────────────────┘  while Alive
//
// Tasks given to AtTurnEnd run when a phase ends, and every turnEndBatch tasks inside a long
// poll phase; package sock uses them to hand a turn's output over in one piece.
//
// The order is that of libuv 1.46, which Node 20 has: timers run once before the first turn and
// then at the end of each, so that liveness is looked at after timers, not before them.
//
// # When the loop is alive
//
// While at least one of these exists:
//   - a started timer that is ref'd;
//   - an immediate that is ref'd;
//   - an active handle that is ref'd, or a closing handle, ref'd or not;
//   - a reservation (Begin, Reserve, Work) that is ref'd and not yet delivered;
//   - a task given to Defer.
//
// A posted task keeps nothing alive by itself: whoever will post later holds a reservation or a
// handle. When Run returns for want of life it can be called again after more work was added.
//
// # Who may call what
//
// One goroutine at a time calls Run and is then the loop goroutine; all callbacks run on it. From
// any goroutine one may call: Post, PostTask, Begin, Reserve, the done of a reservation, Go, Stop,
// Close and Closed. Everything else belongs to the loop goroutine, or, while no Run is active, to
// the one goroutine that set the loop up. -tags invariants checks it (AssertOn).
//
// # Deliberately absent
//
// prepare, idle and check handles as public notions; nested Run; priorities.
package eventloop
