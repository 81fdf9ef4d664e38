package main

func Example() {
	main()
	// Output:
	// 2000-01-01T00:00:00.000Z 0.676456 6ae6783f
	// 2000-01-01T01:00:00.000Z
}
