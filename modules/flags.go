package modules

// Flags are what options of the node command change about the modules, by the names of the options. The
// zero value changes nothing. Immutable.
//
// Source: https://nodejs.org/docs/latest-v20.x/api/cli.html.
type Flags struct {
	// Warnings: none are printed; those of a deprecation are not, are thrown, are printed with their
	// stack; all are printed with their stack; those of these types and codes are not printed.
	NoWarnings       bool
	NoDeprecation    bool
	ThrowDeprecation bool
	TraceDeprecation bool
	TraceWarnings    bool
	DisableWarnings  []string

	// TraceUncaught prints of an uncaught exception also where it was thrown.
	TraceUncaught bool
	// UnhandledRejections is "throw", "strict", "warn", "none" or "warn-with-error-code"; empty: "throw".
	UnhandledRejections string
	// StackTraceLimit is Error.stackTraceLimit; nil: 10.
	StackTraceLimit *int

	// InputType is what source that comes from no file is: "module" or "commonjs"; empty: the latter.
	InputType string
	// Conditions are tried in the exports and imports of package.json beside the usual ones.
	Conditions []string
	// PreserveSymlinks makes modules of the names they are asked for by, not of the files these lead to.
	PreserveSymlinks bool
	// SourceMaps heeds the source maps that files name, as --enable-source-maps.
	SourceMaps bool

	// MaxHTTPHeaderSize is http.maxHeaderSize in bytes; 0: 16384.
	MaxHTTPHeaderSize int
	// TraceHTTP writes a line on Stderr for each HTTP message.
	TraceHTTP bool

	// Title is process.title; empty: the command.
	Title string

	// Allowed are the options that an environment variable may have: process.allowedNodeEnvironmentFlags.
	Allowed []string
}
