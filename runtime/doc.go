// Package runtime embeds gonode: JavaScript with Node's modules in a Go program.
//
//	rt, err := runtime.New(runtime.Options{})
//	if err != nil { … }
//	defer rt.Close()
//	err = rt.Run(ctx, "server.js") // returns when the script has nothing left to wait for, or ctx ends
//
// The folder examples/embed has a small program for each of the things below.
//
// # What a runtime is
//
// A [Runtime] is one JavaScript world: an engine with its global object, an event loop, a process as the
// script sees it. Two of them in one program share nothing: not globals, not process.env, not the working
// directory. A value of one that is given to another is [ErrForeignValue]. The zero [Options] make what the
// command gonode is, with the streams, files, network and environment of this process; each field takes one
// of them away or puts something of yours in its place.
//
// There are two ways to use one, and they mix:
//
//   - It runs one script and ends: [Runtime.Run], [Runtime.RunString]. They return when nothing is left to wait
//     for. That is why a script with an open server, socket or timer does not end; unref() in JavaScript, the
//     end of ctx, [Runtime.Interrupt], [Runtime.Shutdown] and [Runtime.Close] are the ways out.
//   - It lives as long as you like and you call into it, from any goroutine: [Runtime.Invoke] calls an exported
//     function, awaits it and converts the result; [Runtime.Do], [Runtime.Eval], [Runtime.Call] and
//     [Runtime.Await] are its parts. A goroutine of the runtime's own runs the loop while there is something
//     to do.
//
// One runtime has one thread of JavaScript. [Pool] has several runtimes for more, [Listeners] lets several serve
// behind one port, package nethttp joins them to net/http.
//
// # Threads
//
//  1. One Runtime has one goja VM, one Loop and, while it runs, one loop goroutine.
//  2. Only the loop goroutine touches goja values, or any Go struct that JavaScript can reach.
//     That is the default and goes unsaid; only exceptions are documented. -tags invariants checks it.
//  3. JavaScript is entered through the door alone: it runs the call inside a JS frame, then ticks,
//     then promise jobs, and routes what was thrown.
//  4. From any goroutine one may call: Loop.Post, a done returned by Begin, Runtime.Do, Eval, Invoke,
//     Call, Await, Interrupt and Close.
//  5. The loop goroutine never waits: no blocking system call, no lock or channel that waits for
//     someone who waits for the loop. (fs.*Sync and writing to a pipe or file of stdio are the stated
//     exceptions.) A function of yours that blocks is an [Async].
//  6. Asynchronous work: Begin on the loop (it stays alive), Go data only elsewhere, done exactly once,
//     result on the loop. Async does all of that.
//  7. Posts from one goroutine run in order; between goroutines there is no order. A Sock's events come
//     in wire order.
//  8. A Sock's goroutines own the net.Conn, never see goja, and have ended when 'close' is emitted.
//  9. Any call into JavaScript may destroy, pause or re-enter anything. After it, look again before
//     going on; hold no lock across it.
//  10. Close stops accepting, fails pending work, ends every goroutine and then returns. Nothing runs
//     after it.
//
// Values that Call, Eval and Await return may be passed on to other calls of the same runtime from any
// goroutine; to look into one, use it inside Do, or convert it with [Runtime.ToGo].
//
// # Go in JavaScript, JavaScript in Go
//
// [Options].Modules gives scripts modules written in Go: [Exports] is a table of functions and values, and the
// modules written for goja_nodejs's registry work as they are. One rule says how values cross, in arguments
// and results of such functions, in Options.Globals, in Call and Invoke, and in [Runtime.ToJS] and
// [Runtime.ToGo]. Everything is copied, both ways, whole:
//
//	Go                                   JavaScript
//	bool, string                         boolean, string
//	integers, floats                     number; an integer beyond ±(2⁵³−1) is an error
//	*big.Int                             bigint
//	[]byte                               Buffer; back also from any TypedArray, DataView or ArrayBuffer
//	time.Time, time.Duration             Date, number of milliseconds
//	slice, array                         Array
//	map with string keys, struct         object; fields are called as encoding/json calls them
//	pointer                              what it points to; nil is null, and back from null or undefined
//	error                                Error, see below
//	encoding.TextMarshaler               string
//	func                                 function
//	Async                                function that returns a promise
//	goja.Value, and functions in goja's form   as they are
//	any                                  to JavaScript: what is in it; to Go: nil, bool, int64, float64, string,
//	                                     *big.Int, []byte, time.Time, error, []any or map[string]any
//
// A function may take a context.Context first, which is no argument of JavaScript's, and returns nothing, a
// value, an error, or both. Arguments that are left out are undefined, which fits pointers, slices, maps and any
// only; more than it takes are ignored. An argument that does not fit throws Node's ERR_INVALID_ARG_TYPE or
// ERR_OUT_OF_RANGE and names its place. What the rule does not have is an error, never a guess.
//
// # Errors
//
// An exception is a Go error: [ThrownError] from Do and its kin, [RejectedError] from Await, [UncaughtError], which is
// an [ExitError], from Run. A Go error is an exception: its text, and as code what its method Code() string
// returns, or the system's ("ENOENT"), ABORT_ERR for context.Canceled, ETIMEDOUT for context.DeadlineExceeded. On
// its way back through JavaScript it stays itself, for errors.Is and errors.As.
//
// A panic of a function in the rule is logged with its stack and thrown as ERR_HOST_PANIC. A panic elsewhere, in
// gonode or in a function in goja's own form, ends the runtime with a [PanicError], and never the process.
//
// # Contexts
//
// The context of Run ends all that the script does. That of Do, Eval, Call and Invoke cuts their JavaScript off,
// after which the runtime is over, and reaches every function of Go that is called because of them, through timers,
// promises and AsyncLocalStorage: [Runtime.Context]. That of Await ends the wait.
//
// # Bytes
//
// A []byte that crosses is copied, so it is yours on either side. What the script reads from sockets and files
// never passes through Go code of yours; [Network] and [Options].FS are called on goroutines of the runtime's.
//
// # Limits, permissions, and what is a sandbox
//
// [Limits] bound time, depth, handles, timers and, roughly, memory; a [LimitError] says which was met.
// [Permissions] list what a script may reach; what is not listed fails with ERR_ACCESS_DENIED, naming the permission
// and the option of the command that grants it. [Options].FS with OnlyFS, and a [Network] of your own, leave
// nothing of the real files and network to be reached at all.
//
// Permissions decide what code can do that comes through Node's modules, and are tested against ways around them:
// links, races, names for addresses, environment of children. They are no defence against faults of the engine.
// Limits stop mistakes and bound what one request may cost; a script that means harm can make the process use
// memory faster than Limits.Heap acts, and the operating system ends a process that has too much of it. For code
// of strangers put the process into a sandbox of the operating system as well. What a script may always do: use
// the processor, within EntryTime an entry; allocate; learn the time, the platform, and what require('os') tells;
// write to Stdout and Stderr; read Stdin; call every function in Modules and Globals.
package runtime
