package main

import (
	"crypto/sha256"
	"crypto/tls"
	"io"
	"sync"
	"time"
)

// mostCorrupt is how many bad chunks a neighbour may send before nothing more is taken from it.
const mostCorrupt = 3

const drainWithin = time.Second

// pieceSize is the most that is forwarded at once.
const pieceSize = 128 << 10

// intake takes the bytes of one task from one neighbour at a time: the latest that came.
type intake struct {
	store *store
	tell  func(event)

	mu      sync.Mutex
	current *incoming
	corrupt map[string]int
}

func newIntake(s *store, tell func(event)) *intake {
	return &intake{store: s, tell: tell, corrupt: map[string]int{}}
}

// incoming is a connection from a neighbour that sends chunks. Counts are plain bytes since `begin`.
type incoming struct {
	*tls.Conn
	patient              *patientConn
	read, wanted, coming int64
}

// begin tells how much will come from now on.
func (link *incoming) begin(coming int64) {
	link.patient.needs, link.read, link.wanted, link.coming = 0, 0, 0, coming
}

// atLeast reads so much or more.
func (link *incoming) atLeast(buffer []byte, least int64) (int, error) {
	link.await(least)
	n, err := io.ReadAtLeast(link, buffer, int(least))
	link.read += int64(n)
	return n, err
}

// await lets the next read sleep until so many bytes more are here.
func (link *incoming) await(bytes int64) {
	wanted := min(link.read+bytes, link.coming)
	link.patient.needs += wanted - link.wanted
	link.wanted = wanted
}

// answer says the last word on a link.
func answer(link *incoming, word byte) {
	link.Write([]byte{word})
	link.CloseWrite()
}

// drain reads what is still under way: a link closed over unread bytes would take the last word with it.
func drain(link *incoming) {
	link.begin(0)
	link.SetReadDeadline(time.Now().Add(drainWithin))
	io.Copy(io.Discard, link)
}

// serve takes what a neighbour sends until everything is here, or the neighbour or the link ends.
func (in *intake) serve(link *incoming) {
	peer := fingerprintOf(link.ConnectionState())
	in.mu.Lock()
	if in.corrupt[peer] >= mostCorrupt {
		in.mu.Unlock()
		answer(link, answerRefused)
		return
	}
	if in.current != nil {
		answer(in.current, answerReplaced)
	}
	in.current = link
	in.mu.Unlock()

	missing := in.store.missing()
	if writeMessage(link, wants{Missing: missing}) != nil {
		return
	}
	link.begin(in.store.bytesOf(missing))
	for _, part := range missing {
		for i := part[0]; i < part[1]; i++ {
			isSound, err := in.chunk(link, i)
			if err != nil {
				return
			}
			if !isSound {
				in.mu.Lock()
				in.corrupt[peer]++
				in.mu.Unlock()
				in.tell(event{Event: "corrupt", Task: in.store.task.ID, Peer: peer})
				answer(link, answerCorrupt)
				return
			}
		}
	}
	// Somebody else may still be bringing the last of what this neighbour was not asked for.
	if !in.store.isWhole() {
		return
	}
	sealing := stayBusy(in.tell)
	err := in.told(in.store.seal())
	sealing()
	if err != nil {
		return
	}
	answer(link, answerWhole)
}

// chunk takes one chunk; false when it is not what it should be.
func (in *intake) chunk(link *incoming, i int) (bool, error) {
	if in.store.isSmall(i) {
		return in.small(link, i)
	}
	c := in.store.chunks[i]
	d := newDraft()
	defer in.store.leave(i, d)
	hash := sha256.New()
	for at := int64(0); at < c.length; {
		left := c.length - at
		n, err := link.atLeast(d.room[at:at+min(pieceSize, left)], min(leastPiece, left))
		// A late neighbour must not get in the way of the one that has taken its place.
		if !in.isCurrent(link) {
			return false, errReplaced
		}
		at += int64(n)
		in.store.show(i, d, at)
		hash.Write(d.room[at-int64(n) : at])
		if err != nil && at < c.length {
			return false, err
		}
	}
	if [sha256.Size]byte(hash.Sum(nil)) != c.digest {
		in.store.discard(i, d)
		return false, nil
	}
	return true, in.told(in.store.keepDraft(i, d))
}

// small takes a chunk that is all of a small blob; it goes on when it is verified.
func (in *intake) small(link *incoming, i int) (bool, error) {
	c := in.store.chunks[i]
	piece := make([]byte, c.length)
	link.await(leastPiece) // less is not forwarded
	if _, err := io.ReadFull(link, piece); err != nil {
		return false, err
	}
	link.read += c.length
	if sha256.Sum256(piece) != c.digest {
		return false, nil
	}
	return true, in.told(in.store.keepSmall(i, piece))
}

func (in *intake) isCurrent(link *incoming) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.current == link
}

// told tells edgectl why something could not be kept.
func (in *intake) told(err error) error {
	if err != nil {
		in.tell(failure(in.store.task.ID, err))
	}
	return err
}
