package eventloop

import (
	"slices"
	"testing"
	"time"
)

type held []string

func (h held) Holds() []string { return h }
func (h held) CloseNow()       {}

func TestCensusNamesWhatKeepsTheLoopAlive(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	var got []string
	h := &held{"b", "a"}
	l.SetImmediate(func() {
		l.Own(h)
		l.SetTimeout(time.Hour, func() {}).Unref()
		stopped := l.SetTimeout(time.Hour, func() {})
		stopped.Stop()
		last := l.SetTimeout(time.Hour, func() {})
		i := l.SetImmediate(func() {})
		got = l.Census()
		last.Stop()
		i.Clear()
		l.Disown(h)
	})
	if err := l.Run(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "Timeout", "Immediate"}; !slices.Equal(got, want) {
		t.Errorf("Census() = %q, want %q", got, want)
	}
	if rest := l.Census(); len(rest) != 0 {
		t.Errorf("at the end Census() = %q", rest)
	}
}
