package eventloop

import (
	"testing"
	"time"
)

func BenchmarkPostTask(b *testing.B) {
	l := New(Options{})
	defer l.Close()
	var task countTask
	stop := Func(l.Stop)
	l.NewHandle()
	b.ReportAllocs()
	for b.Loop() {
		for range 100 {
			l.PostTask(&task)
		}
		l.PostTask(stop)
		if err := l.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// One post at a time from another goroutine: the price of a wake-up.
func BenchmarkPostWake(b *testing.B) {
	l := New(Options{})
	l.NewHandle()
	ended := make(chan struct{})
	go func() {
		_ = l.Run()
		close(ended)
	}()
	reply := make(chan struct{})
	answer := Func(func() { reply <- struct{}{} })
	b.ReportAllocs()
	for b.Loop() {
		l.PostTask(answer)
		<-reply
	}
	l.Close()
	<-ended
}

// A server restarts a connection's timer with every request.
func BenchmarkTimerRestartAmong10000(b *testing.B) {
	l := New(Options{})
	defer l.Close()
	timers := make([]Timer, 10000)
	for i := range timers {
		timers[i].Init(l, new(countTask))
		timers[i].Start(time.Minute)
	}
	i := 0
	for b.Loop() {
		timers[i%len(timers)].Start(time.Minute)
		i++
	}
}

func BenchmarkSetTimeoutAndStopAmong10000(b *testing.B) {
	l := New(Options{})
	defer l.Close()
	for i := range 10000 {
		l.SetTimeout(time.Minute+time.Duration(i), func() {})
	}
	b.ReportAllocs()
	for b.Loop() {
		l.SetTimeout(time.Second, func() {}).Stop()
	}
}

func BenchmarkImmediate(b *testing.B) {
	l := New(Options{})
	defer l.Close()
	n := 0
	var again func()
	again = func() {
		if n++; n < b.N {
			l.SetImmediate(again)
		}
	}
	l.SetImmediate(again)
	b.ReportAllocs()
	if err := l.Run(); err != nil {
		b.Fatal(err)
	}
}
