package main

func Example() {
	main()
	// Output:
	// GET http://api.test/items
	// 200 api.test with "Bearer secret"
}
