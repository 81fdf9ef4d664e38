package main

func Example() {
	main()
	// Output:
	// /app/main.js
	// HELLO FROM THE BINARY!
	// EROFS
	// false
}
