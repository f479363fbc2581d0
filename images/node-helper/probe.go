package main

import (
	"fmt"
	"io"
	"time"
)

const (
	// probeSize takes 40 ms at 100 Mbit/s and 0.4 s at 10: enough to tell these apart.
	probeSize = 512 << 10
	mostProbe = 1 << 20
	// probeWithin is for the bytes of a probe; what takes longer is not worth knowing better.
	probeWithin = 2 * time.Second
)

// probe tells at what rate a neighbour takes bytes, in bytes a second.
func (id identity) probe(peer Peer) (int64, error) {
	link, err := id.dial(peer)
	if err != nil {
		return 0, err
	}
	defer link.Close()
	link.SetDeadline(time.Now().Add(probeWithin))
	if err := writeMessage(link, greeting{Probe: probeSize}); err != nil {
		return 0, err
	}
	began := time.Now()
	piece := make([]byte, pieceSize)
	for range probeSize / pieceSize {
		if err := link.send(piece); err != nil {
			return 0, err
		}
	}
	var answer [1]byte
	if _, err := io.ReadFull(link, answer[:]); err != nil {
		return 0, err
	}
	if answer[0] != answerMeasured {
		return 0, fmt.Errorf("the probe was answered %q", answer[0])
	}
	return int64(probeSize / max(time.Since(began), time.Microsecond).Seconds()), nil
}

func (id identity) tellSpeed(peer Peer, tell func(event)) {
	e := event{Event: "speed", Peer: peer.Fingerprint}
	rate, err := id.probe(peer)
	if err != nil {
		e.Why = err.Error()
	}
	e.Rate = rate
	tell(e)
}

// takeProbe reads a probe away and says so.
func takeProbe(link *incoming, bytes int64) {
	link.SetDeadline(time.Now().Add(probeWithin))
	if _, err := io.CopyN(io.Discard, link, bytes); err == nil {
		answer(link, answerMeasured)
	}
}
