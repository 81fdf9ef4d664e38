//go:build !invariants

package eventloop

const invariants = false

// AssertOn panics if the caller is not on the goroutine that runs l. It does so only under the
// build tag invariants; otherwise it is nothing. While no Run is active everyone passes.
func AssertOn(*Loop) {}

// ownerID remembers the goroutine of Run.
type ownerID struct{}

func (*ownerID) acquire()   {}
func (*ownerID) release()   {}
func (*ownerID) mine() bool { return false }
