package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// errGone means that a chunk was taken back: what had come of it was not what it should be.
var errGone = errors.New("the chunk was taken back")

// store holds the blobs of one task on this node. A blob grows in PATH.part; what lies there from an earlier run is
// checked chunk by chunk and kept. Blobs get their names at once, when everything is on the disk; small ones are
// made under theirs, which nobody may believe before the task is done.
type store struct {
	task   Task
	chunks []chunk
	blobs  []*held // what is held of each blob
	disk   *diskQueue
	small  *smallWriter

	// The one file that is open for writing: blobs come one after another, and a program cannot be started while somebody has
	// it open so.
	writer  *os.File
	written int // the blob that it is of

	sealing sync.Mutex

	mu     sync.Mutex
	moved  *sync.Cond
	have   []int64 // bytes of each chunk that have come
	came   int64   // bytes of all chunks that have come, those that were taken back too
	wakeAt int64   // how many have to come before there is something to send
	sound  []bool  // whether a chunk is whole and verified
	take   []int   // how often a chunk was taken back
	left   int     // chunks that are not sound
	drafts map[int]*draft
	sealed bool // the blobs have their names
	done   chan struct{}
}

// held is what a store holds of a blob: senders read small ones from memory while there is room, others from a file, which
// lives on when the blob is moved away.
type held struct {
	bytes  []byte
	reader *os.File
	named  bool // it was there whole, under its name
}

func openStore(task Task) (*store, error) {
	chunks, err := chunksOf(task)
	if err != nil {
		return nil, err
	}
	if err := enoughFiles(task); err != nil {
		return nil, err
	}
	s := &store{
		task: task, chunks: chunks, blobs: make([]*held, len(task.Blobs)), written: -1,
		have: make([]int64, len(chunks)), sound: make([]bool, len(chunks)), take: make([]int, len(chunks)),
		left: len(chunks), drafts: map[int]*draft{}, done: make(chan struct{}),
	}
	s.moved = sync.NewCond(&s.mu)
	s.disk, s.small = newDiskQueue(s.write), &smallWriter{store: s}
	if err := s.openBlobs(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// missing lists what is not sound, as half-open ranges of chunk numbers.
func (s *store) missing() [][2]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	ranges := [][2]int{}
	for i, sound := range s.sound {
		if sound {
			continue
		}
		if n := len(ranges); n > 0 && ranges[n-1][1] == i {
			ranges[n-1][1]++
		} else {
			ranges = append(ranges, [2]int{i, i + 1})
		}
	}
	return ranges
}

// bytesOf tells how many bytes ranges of chunks have.
func (s *store) bytesOf(ranges [][2]int) (bytes int64) {
	for _, part := range ranges {
		for i := max(part[0], 0); i < min(part[1], len(s.chunks)); i++ {
			bytes += s.chunks[i].length
		}
	}
	return bytes
}

// bytes tells how many verified bytes are in their files, and how many there are to be.
func (s *store) bytes() (done, total int64) {
	done -= s.disk.waiting()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range s.chunks {
		total += c.length
		if s.sound[i] {
			done += c.length
		}
	}
	return done, total
}

// come counts what has come of a chunk, and wakes the sender if that is enough for a piece: to wake it for each of many
// small blobs costs more than to send them. The caller holds mu.
func (s *store) come(i int, bytes int64) {
	if bytes > s.have[i] {
		s.came += bytes - s.have[i]
		s.have[i] = bytes
	}
	if s.came >= s.wakeAt {
		s.moved.Broadcast()
	}
}

// keep takes a chunk that is verified and still wanted, as `take` does it: senders have it at once, its file follows.
func (s *store) keep(i int, take func()) error {
	s.mu.Lock()
	isNew := !s.sound[i]
	if isNew {
		take()
		s.settle(i)
	}
	s.mu.Unlock()
	if !isNew {
		return nil
	}
	return s.disk.add(i, s.chunks[i].length)
}

// settle ends a chunk that is verified. The caller holds mu.
func (s *store) settle(i int) {
	s.sound[i] = true
	s.left--
	s.come(i, s.chunks[i].length)
}

// wait returns how many bytes may be sent from a place in a chunk on, as soon as there are `least` or no more can be had at
// once: bytes of the chunk, and after its end chunks before `end` that are there whole, up to `most` in all. `take` is what
// an earlier wait for the chunk returned, -1 at first; errGone when what was sent of it does not count any more.
func (s *store) wait(i, end int, sent, least, most int64, take int, stop func() bool) (int64, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if stop() {
			return 0, 0, errGone
		}
		if take >= 0 && s.take[i] != take {
			return 0, 0, errGone
		}
		there := s.have[i] - sent
		next := i
		if s.have[i] == s.chunks[i].length {
			for next++; next < end && s.have[next] == s.chunks[next].length && there+s.have[next] <= most; next++ {
				there += s.have[next]
			}
		}
		enough := s.enough(i, end, sent, least, most)
		if there >= enough {
			return min(there, most), s.take[i], nil
		}
		s.wakeAt = s.came + enough - there
		s.moved.Wait()
	}
}

// enough is how many bytes from a place on make a piece: `least`, or all that there is before `end`. Small chunks wait for
// each other; a big one would not fit in behind them.
func (s *store) enough(i, end int, sent, least, most int64) int64 {
	all := s.chunks[i].length - sent
	for next := i + 1; next < end && all < least && all+s.chunks[next].length <= most; next++ {
		all += s.chunks[next].length
	}
	return min(all, least)
}

// read fills a piece from a place in a chunk on, over the ends of chunks, and gives the place behind it.
func (s *store) read(piece []byte, i int, sent int64) (int, int64, error) {
	for len(piece) > 0 {
		c := s.chunks[i]
		n := min(int64(len(piece)), c.length-sent)
		if err := s.readAt(piece[:n], i, sent); err != nil {
			return i, sent, err
		}
		piece, sent = piece[n:], sent+n
		if sent == c.length {
			i, sent = i+1, 0
		}
	}
	return i, sent, nil
}

func (s *store) readAt(piece []byte, i int, at int64) error {
	c := s.chunks[i]
	s.mu.Lock()
	from := *s.blobs[c.blob]
	d := s.drafts[i]
	if d != nil {
		copy(piece, d.room[at:]) // under mu: it is used again once it has its file
	}
	s.mu.Unlock()
	if d != nil {
		return nil
	}
	if from.bytes != nil {
		copy(piece, from.bytes[c.offset+at:])
		return nil
	}
	if from.reader == nil {
		return fmt.Errorf("%s is not open", s.task.Blobs[c.blob].Path)
	}
	_, err := from.reader.ReadAt(piece, c.offset+at)
	return err
}

func (s *store) isWhole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left == 0
}

// waitSealed waits until the blobs have their names, or for a while.
func (s *store) waitSealed(most time.Duration) {
	select {
	case <-s.done:
	case <-time.After(most):
	}
}

func (s *store) close() {
	for _, blob := range s.blobs {
		if blob != nil {
			blob.reader.Close()
		}
	}
}
