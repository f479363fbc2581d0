package main

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// leastPiece is forwarded at once, unless a chunk ends before it: smaller ones cost CPU, bigger ones latency at each hop.
const leastPiece = 64 << 10

var (
	errReplaced = errors.New("somebody else sends now")
	errRefused  = errors.New("the neighbour takes nothing from this node any more")
)

// outlet feeds the nodes behind this one: the first of them that lives, which feeds the next.
type outlet struct {
	store *store
	id    identity
	tell  func(event)
	brake *brake
}

// run sends until the neighbour has everything, or there is none left.
func (out *outlet) run() {
	for i, peer := range out.store.task.Next {
		err := out.feed(peer, i+1 < len(out.store.task.Next))
		if err == nil || errors.Is(err, errReplaced) {
			return
		}
		out.tell(event{Event: "bypass", Task: out.store.task.ID, Peer: peer.Fingerprint, Why: err.Error()})
	}
}

// feed sends to one neighbour, again when a chunk came out wrong there or was taken back here. A slow one is given up only
// where others stand behind it.
func (out *outlet) feed(peer Peer, othersBehind bool) error {
	for tries := 0; ; tries++ {
		err := out.once(peer, othersBehind)
		if !errors.Is(err, errGone) || tries > mostCorrupt {
			return err
		}
	}
}

func (out *outlet) once(peer Peer, othersBehind bool) error {
	link, err := out.id.dial(peer)
	if err != nil {
		return err
	}
	defer link.Close()
	out.tell(event{Event: "link", Task: out.store.task.ID, Peer: peer.Fingerprint, Cipher: link.cipher()})
	if err := writeMessage(link, greeting{Task: out.store.task.ID}); err != nil {
		return err
	}
	link.SetReadDeadline(time.Now().Add(handshakeWithin))
	var asked wants
	if err := readMessage(link, mostMessage, &asked); err != nil {
		return err
	}
	link.SetReadDeadline(time.Time{})

	var word atomic.Int32
	heard := make(chan error, 1)
	go func() {
		var answer [1]byte
		_, err := io.ReadFull(link, answer[:])
		if err == nil {
			word.Store(int32(answer[0]))
		} else {
			word.Store(-1)
		}
		heard <- err
		out.store.moved.Broadcast()
	}()
	stop := func() bool { return word.Load() != 0 }
	took := func(int64) error { return nil }
	if othersBehind {
		took = newPace(out.store, asked.Missing).took
	}
	sent := out.chunks(link, asked.Missing, stop, took)
	if errors.Is(sent, errSlow) {
		return errSlow
	}
	if sent != nil && word.Load() == 0 && errors.Is(sent, errGone) {
		return errGone // taken back here: dial again, and send what comes instead
	}
	if sent != nil {
		link.SetReadDeadline(time.Now().Add(dialWithin))
	}
	failed := <-heard
	switch word.Load() {
	case answerWhole:
		return nil
	case answerReplaced:
		return errReplaced
	case answerCorrupt:
		return errGone
	case answerRefused:
		return errRefused
	}
	if sent != nil && !errors.Is(sent, errGone) {
		return sent
	}
	return fmt.Errorf("the link ended: %w", failed)
}

// chunks sends the chunks asked for, each as it comes.
func (out *outlet) chunks(link *outgoing, ranges [][2]int, stop func() bool, took func(int64) error) error {
	buffer := make([]byte, pieceSize)
	for _, part := range ranges {
		if part[0] < 0 || part[1] > len(out.store.chunks) {
			return fmt.Errorf("chunks %d to %d were asked for, of %d", part[0], part[1], len(out.store.chunks))
		}
		take, sent := -1, int64(0)
		for i := part[0]; i < part[1]; {
			there, now, err := out.store.wait(i, part[1], sent, leastPiece, pieceSize, take, stop)
			if err != nil {
				return err
			}
			piece := buffer[:there]
			next, at, err := out.store.read(piece, i, sent)
			if err != nil {
				return err
			}
			if err := link.send(piece); err != nil {
				return err
			}
			out.brake.spend(there)
			if err := took(there); err != nil {
				return err
			}
			if take = now; next != i {
				take = -1
			}
			i, sent = next, at
		}
	}
	return nil
}
