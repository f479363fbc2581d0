package main

import (
	"sync"
	"time"
)

// brake keeps senders together at a rate in bytes a second; 0 is without bound. Time in which nobody sent is lost.
type brake struct {
	rate int64

	mu   sync.Mutex
	next time.Time // when the next byte may go
}

func newBrake(rate int64) *brake { return &brake{rate: rate} }

// spend waits for as long as bytes that have gone take at the rate.
func (b *brake) spend(bytes int64) {
	if b.rate <= 0 {
		return
	}
	b.mu.Lock()
	if now := time.Now(); b.next.Before(now) {
		b.next = now
	}
	b.next = b.next.Add(time.Duration(float64(bytes) / float64(b.rate) * float64(time.Second)))
	due := b.next
	b.mu.Unlock()
	time.Sleep(time.Until(due))
}
