package main

func Example() {
	main()
	// Output:
	// 200 from Go
	// 201 ada POST /js/echo: body
}
