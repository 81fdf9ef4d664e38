package parser

// Error is how the peer broke the protocol. Once Next or Finish has returned one, the
// connection has no message boundary that can be trusted: the same *Error is returned for ever.
type Error struct {
	// Code and Reason are llhttp's (Node 20), byte for byte, where llhttp has the case.
	Code   string
	Reason string

	// Offset is the number of bytes of the connection (since Reset) before the offending
	// byte. It does not depend on how the bytes were cut into pieces.
	Offset int64

	// BytesParsed is how far the parser had looked within the data given to the failing
	// Next: Node's err.bytesParsed. For several kinds llhttp counts the offending byte as
	// parsed, and so do we. A caller that has already consumed k bytes of the same packet
	// reports k + BytesParsed.
	BytesParsed int
}

// Error returns Node's message for it.
func (e *Error) Error() string { return "Parse Error: " + e.Reason }

// errID is an index into errorTable.
type errID uint8

// In the order met on the wire.
const (
	errNone errID = iota

	// Start lines.
	errMethod
	errMethodSpace
	errMethodNotHTTP
	errURLStart
	errURLScheme
	errURLServer
	errURLDoubleAt
	errURLPath
	errURLQuery
	errURLFragment1
	errURLFragment
	errURLChars
	errConstant
	errVersionMajor
	errVersionDot
	errVersionMinor
	errVersion
	errVersionCRLF
	errVersionLF
	errVersionSpace
	errStatusCode
	errStatus
	errStatusCR
	errLFAfterCR

	// Field lines.
	errSpaceAfterStart
	errToken
	errFieldChar
	errFold
	errValueChar
	errValueCR
	errValueLF
	errHeadLF
	errHeaderOverflow

	// Framing.
	errLengthTwice
	errLengthWithTE
	errLengthChar
	errLengthEmpty
	errLengthOverflow
	errTEWithLength
	errTEValue
	errTERequest

	// Chunks.
	errChunkSize
	errChunkOverflow
	errChunkSizeCR
	errChunkSizeLF
	errExt
	errExtName
	errExtNameCR
	errExtValue
	errExtValueCR
	errExtQuoted
	errExtQuotedPair
	errExtQuoteEnd
	errExtOverflow
	errChunkDataLF
	errChunkDataCR

	// The connection.
	errClosed
	errEOF

	errCount
)

// errorTable is every error there is. The code "HPE_STRICT" is llhttp's for "not CRLF" in its
// strict mode, where it has no better one.
var errorTable = [errCount]struct{ code, reason string }{
	errNone: {"HPE_OK", ""},

	errMethod:        {"HPE_INVALID_METHOD", "Invalid method encountered"},
	errMethodSpace:   {"HPE_INVALID_METHOD", "Expected space after method"},
	errMethodNotHTTP: {"HPE_INVALID_CONSTANT", "Invalid method for HTTP/x.x request"},
	errURLStart:      {"HPE_INVALID_URL", "Unexpected start char in url"},
	errURLScheme:     {"HPE_INVALID_URL", "Unexpected char in url schema"},
	errURLServer:     {"HPE_INVALID_URL", "Unexpected char in url server"},
	errURLDoubleAt:   {"HPE_INVALID_URL", "Double @ in url"},
	errURLPath:       {"HPE_INVALID_URL", "Invalid char in url path"},
	errURLQuery:      {"HPE_INVALID_URL", "Invalid char in url query"},
	errURLFragment1:  {"HPE_INVALID_URL", "Invalid char in url fragment start"},
	errURLFragment:   {"HPE_INVALID_URL", "Invalid char in url fragment"},
	errURLChars:      {"HPE_INVALID_URL", "Invalid characters in url"},
	errConstant:      {"HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/"},
	errVersionMajor:  {"HPE_INVALID_VERSION", "Invalid major version"},
	errVersionDot:    {"HPE_INVALID_VERSION", "Expected dot"},
	errVersionMinor:  {"HPE_INVALID_VERSION", "Invalid minor version"},
	errVersion:       {"HPE_INVALID_VERSION", "Invalid HTTP version"},
	errVersionCRLF:   {"HPE_INVALID_VERSION", "Expected CRLF after version"},
	errVersionLF:     {"HPE_STRICT", "Expected CRLF after version"},
	errVersionSpace:  {"HPE_INVALID_VERSION", "Expected space after version"},
	errStatusCode:    {"HPE_INVALID_STATUS", "Invalid status code"},
	errStatus:        {"HPE_INVALID_STATUS", "Invalid response status"},
	errStatusCR:      {"HPE_CR_EXPECTED", "Missing expected CR after response line"},
	errLFAfterCR:     {"HPE_STRICT", "Expected LF after CR"},

	errSpaceAfterStart: {"HPE_UNEXPECTED_SPACE", "Unexpected space after start line"},
	errToken:           {"HPE_INVALID_HEADER_TOKEN", "Invalid header token"},
	errFieldChar:       {"HPE_INVALID_HEADER_TOKEN", "Invalid header field char"},
	errFold:            {"HPE_INVALID_HEADER_TOKEN", "Unexpected whitespace after header value"},
	errValueChar:       {"HPE_INVALID_HEADER_TOKEN", "Invalid header value char"},
	errValueCR:         {"HPE_CR_EXPECTED", "Missing expected CR after header value"},
	errValueLF:         {"HPE_LF_EXPECTED", "Missing expected LF after header value"},
	errHeadLF:          {"HPE_STRICT", "Expected LF after headers"},
	errHeaderOverflow:  {"HPE_HEADER_OVERFLOW", "Header overflow"},

	errLengthTwice:    {"HPE_UNEXPECTED_CONTENT_LENGTH", "Duplicate Content-Length"},
	errLengthWithTE:   {"HPE_INVALID_CONTENT_LENGTH", "Content-Length can't be present with Transfer-Encoding"},
	errLengthChar:     {"HPE_INVALID_CONTENT_LENGTH", "Invalid character in Content-Length"},
	errLengthEmpty:    {"HPE_INVALID_CONTENT_LENGTH", "Empty Content-Length"},
	errLengthOverflow: {"HPE_INVALID_CONTENT_LENGTH", "Content-Length overflow"},
	errTEWithLength:   {"HPE_INVALID_TRANSFER_ENCODING", "Transfer-Encoding can't be present with Content-Length"},
	errTEValue:        {"HPE_INVALID_TRANSFER_ENCODING", "Invalid `Transfer-Encoding` header value"},
	errTERequest:      {"HPE_INVALID_TRANSFER_ENCODING", "Request has invalid `Transfer-Encoding`"},

	errChunkSize:     {"HPE_INVALID_CHUNK_SIZE", "Invalid character in chunk size"},
	errChunkOverflow: {"HPE_INVALID_CHUNK_SIZE", "Chunk size overflow"},
	errChunkSizeCR:   {"HPE_CR_EXPECTED", "Missing expected CR after chunk size"},
	errChunkSizeLF:   {"HPE_STRICT", "Expected LF after chunk size"},
	errExt:           {"HPE_STRICT", "Invalid character in chunk extensions"},
	errExtName:       {"HPE_STRICT", "Invalid character in chunk extensions name"},
	errExtNameCR:     {"HPE_CR_EXPECTED", "Missing expected CR after chunk extension name"},
	errExtValue:      {"HPE_STRICT", "Invalid character in chunk extensions value"},
	errExtValueCR:    {"HPE_CR_EXPECTED", "Missing expected CR after chunk extension value"},
	errExtQuoted:     {"HPE_STRICT", "Invalid character in chunk extensions quoted value"},
	errExtQuotedPair: {"HPE_STRICT", "Invalid quoted-pair in chunk extensions quoted value"},
	errExtQuoteEnd:   {"HPE_STRICT", "Invalid character in chunk extensions quote value"},
	errExtOverflow:   {"HPE_CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow"},
	errChunkDataLF:   {"HPE_STRICT", "Expected LF after chunk data"},
	errChunkDataCR:   {"HPE_CR_EXPECTED", "Missing expected CR after chunk data"},

	errClosed: {"HPE_CLOSED_CONNECTION", "Data after `Connection: close`"},
	errEOF:    {"HPE_INVALID_EOF_STATE", "Invalid EOF state"},
}
