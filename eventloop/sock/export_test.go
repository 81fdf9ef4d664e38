package sock

import (
	"time"

	"github.com/gonode/gonode/eventloop"
)

// WriteAway has the output of every turn with more than directMax connections written by another goroutine,
// however fast it was made.
func WriteAway(l *eventloop.Loop) { outboxOf(l).pace = -time.Hour }
