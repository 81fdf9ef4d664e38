package main

func Example() {
	main()
	// Output:
	// 1
	// The "arguments[0].name" property must be of type string. Received type number (5)
	// { name: 'ada', tags: [ 'math' ] }
	// E_NO_USER no user bob
	// true bob
}
