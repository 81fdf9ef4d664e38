package main

func Example() {
	main()
	// Output:
	// ended: EntryTime
	// thrown: RangeError: Maximum call stack size exceeded
	// thrown: RangeError [ERR_LIMIT_EXCEEDED]: The limit Timers of this runtime is 10
	// thrown: RangeError [ERR_LIMIT_EXCEEDED]: The limit Handles of this runtime is 2
	// thrown: RangeError: JSON text is nested deeper than 100 levels, the limit JSONDepth
}
