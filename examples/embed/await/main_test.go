package main

func Example() {
	main()
	// Output:
	// [{10 of 2} {11 of 2} {12 of 2}]
	// 42 <nil>
}
