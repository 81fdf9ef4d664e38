package main

func Example() {
	main()
	// Output:
	// read data
	// write ERR_ACCESS_DENIED FileSystemWrite
	// out ERR_ACCESS_DENIED FileSystemRead
	// env test
	// env ERR_ACCESS_DENIED Environment
	// run ERR_ACCESS_DENIED ChildProcess
	// exit ERR_ACCESS_DENIED Exit
	// Access to this API has been restricted. Use --allow-net to manage permissions.
}
