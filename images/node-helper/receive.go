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
	buffer := make([]byte, pieceSize)
	for _, part := range missing {
		for i := part[0]; i < part[1]; i++ {
			isSound, err := in.chunk(link, i, buffer)
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
	err := in.store.seal()
	sealing()
	if err != nil {
		in.tell(failure(in.store.task.ID, err))
		return
	}
	answer(link, answerWhole)
}

// chunk takes one chunk; false when it is not what it should be.
func (in *intake) chunk(link *incoming, i int, buffer []byte) (bool, error) {
	c := in.store.chunks[i]
	if in.store.isSmall(i) {
		return in.small(link, i)
	}
	hash := sha256.New()
	keep := in.store.wants(i)
	for at := int64(0); at < c.length; {
		// As much as is forwarded at once: every piece costs a write to the disk's cache, and wakes the sender.
		left := c.length - at
		n, err := link.atLeast(buffer[:min(int64(len(buffer)), left)], min(leastPiece, left))
		if n > 0 {
			hash.Write(buffer[:n])
			if keep {
				if err := in.put(link, i, at, buffer[:n]); err != nil {
					return false, err
				}
			}
			at += int64(n)
		}
		if err != nil && at < c.length {
			return false, err
		}
	}
	isSound := [sha256.Size]byte(hash.Sum(nil)) == c.digest
	if keep {
		in.store.judge(i, isSound)
	}
	return isSound, nil
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
		in.store.settle(i, false)
		return false, nil
	}
	return true, in.ifCurrent(link, func() error { return in.store.takeSmall(i, piece) })
}

// put writes bytes of a chunk.
func (in *intake) put(link *incoming, i int, at int64, piece []byte) error {
	return in.ifCurrent(link, func() error { return in.store.put(i, at, piece) })
}

// ifCurrent writes for the current neighbour only: a late one must not write over what another has brought.
func (in *intake) ifCurrent(link *incoming, write func() error) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.current != link {
		return errReplaced
	}
	err := write()
	if err != nil {
		in.tell(failure(in.store.task.ID, err))
	}
	return err
}
