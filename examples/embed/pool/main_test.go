package main

func Example() {
	main()
	// Output:
	// [55 89 144 233 377 610 987 1597]
	// 1 <nil>
	// 1 <nil>
}
