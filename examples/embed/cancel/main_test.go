package main

func Example() {
	main()
	// Output:
	// waiting: context deadline exceeded
	// busy: context deadline exceeded
	// in Go: AbortError ABORT_ERR <nil>
}
