package main

func Example() {
	main()
	// Output:
	// hello world
	// exit code 3
}
