package main

import (
	"errors"
	"time"
)

const (
	// slowBy is how many times less than could be a slow neighbour takes, and slowTurns for how many looks on end.
	slowBy    = 4
	slowTurns = 3
	// slowBehind is how much has to wait for it: what a neighbour is behind by otherwise, a moment explains.
	slowBehind = 16 << 20
)

// paceEvery is how often a sender looks at how fast its neighbour takes what there is.
var paceEvery = 2 * time.Second

var errSlow = errors.New("the neighbour takes much less than there is")

// pace finds out whether a neighbour holds up those behind it: whether it takes much less than has come in here, or than it
// took before, while much waits for it. Where everything is slow nobody is.
type pace struct {
	store *store
	since time.Time
	in    int64 // bytes that had come when the look began
	out   int64 // bytes sent since
	sent  int64 // bytes sent in all
	ahead int64 // bytes that were here, and not asked for, when sending began
	looks int
	most  int64 // the most that came or went from one look to the next
	slow  int   // looks on end at which it was slow
}

func newPace(s *store, asked [][2]int) *pace {
	have, total := s.bytes()
	return &pace{store: s, since: time.Now(), in: have, ahead: total - s.bytesOf(asked)}
}

// took counts what was sent; errSlow when the neighbour has been slow for too long.
func (p *pace) took(bytes int64) error {
	p.out += bytes
	p.sent += bytes
	past := time.Since(p.since)
	if past < paceEvery {
		return nil
	}
	have, _ := p.store.bytes()
	// A look may come late, because sending took long: what counts is what went in the time of one.
	went := int64(float64(p.out) * float64(paceEvery) / float64(past))
	came := int64(float64(have-p.in) * float64(paceEvery) / float64(past))
	if p.looks++; p.looks == 1 {
		went = 0 // buffers on the way have taken much of it
	}
	p.most = max(p.most, came, went)
	if went*slowBy < p.most && have-p.ahead-p.sent > slowBehind {
		p.slow++
	} else {
		p.slow = 0
	}
	p.since, p.in, p.out = time.Now(), have, 0
	if p.slow >= slowTurns {
		return errSlow
	}
	return nil
}
