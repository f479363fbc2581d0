package main

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"
)

// A disk that stalls holds nothing up before much waits for it, and then it does.
func TestTheStreamGoesOnWhileTheDiskStalls(t *testing.T) {
	goOn := make(chan bool)
	var written []int
	q := newDiskQueue(func(i int) error {
		<-goOn
		written = append(written, i)
		return nil
	})
	const most = mostQueued / chunkSize
	added := make(chan int, most+1)
	go func() {
		for i := range most + 1 {
			q.add(i, chunkSize)
			added <- i
		}
	}()
	for range most {
		select {
		case <-added:
		case <-time.After(5 * time.Second):
			t.Fatal("it waits for the disk")
		}
	}
	select {
	case <-added:
		t.Fatalf("%d bytes wait", q.waiting())
	case <-time.After(50 * time.Millisecond):
	}
	goOn <- true
	<-added
	close(goOn)
	if err := q.flush(); err != nil || q.waiting() != 0 {
		t.Fatalf("%v, and %d bytes wait", err, q.waiting())
	}
	for i, chunk := range written {
		if chunk != i {
			t.Fatalf("they were written as %v", written)
		}
	}
}

// taskOf is a task whose bytes a neighbour is to bring.
func taskOf(t *testing.T, c *content, folder string) *store {
	s, err := openStore(Task{ID: 1, Blobs: c.blobs(folder), From: []string{"somebody"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

func fill(s *store, i int, from []byte) *draft {
	d := newDraft()
	c := s.chunks[i]
	copy(d.room[:], from[c.offset:c.offset+c.length])
	return d
}

// What a disk does not take is still passed on, and is never told to be there.
func TestADiskThatFailsEndsTheTaskAndNotThePassingOn(t *testing.T) {
	c := newContent(2 * chunkSize)
	folder := t.TempDir()
	s := taskOf(t, c, folder)
	os.Remove(s.task.Blobs[0].part())
	all := c.bytes["blob-0"]
	first := fill(s, 0, all)
	if err := s.keepDraft(0, first); err != nil {
		t.Fatal(err)
	}
	s.leave(0, first)
	if err := s.disk.flush(); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the disk said %v", err)
	}
	piece := make([]byte, chunkSize)
	if _, _, err := s.read(piece, 0, 0); err != nil || !bytes.Equal(piece, all[:chunkSize]) {
		t.Fatalf("it is not passed on: %v", err)
	}
	if done, _ := s.bytes(); done != 0 {
		t.Fatalf("%d bytes are said to be there", done)
	}
	second := fill(s, 1, all)
	if err := s.keepDraft(1, second); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the next chunk was taken: %v", err)
	}
	s.leave(1, second)
	if err := s.seal(); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("it was sealed: %v", err)
	}
}

// A neighbour that comes instead of another begins a chunk anew: what has gone out of the first one's stays as it was until there
// is more of it.
func TestWhatTwoNeighboursBringOfAChunkDoesNotMix(t *testing.T) {
	c := newContent(chunkSize)
	s := taskOf(t, c, t.TempDir())
	all := c.bytes["blob-0"]
	late, now := fill(s, 0, all), fill(s, 0, all)
	s.show(0, late, 300)
	s.show(0, now, 200)
	late.room[250], now.room[250] = 1, 2
	shown := func() byte {
		piece := make([]byte, 300)
		s.read(piece, 0, 0)
		return piece[250]
	}
	if shown() != 1 {
		t.Fatal("the second one's fewer bytes took the place of the first one's")
	}
	s.show(0, now, 400)
	if shown() != 2 {
		t.Fatal("more bytes did not")
	}
	// The late one turns out not to be what it should be, and nothing of it counts any more.
	s.discard(0, late)
	s.leave(0, late)
	if shown() != 2 || s.take[0] != 0 {
		t.Fatal("what nobody is sent was taken back")
	}
	s.discard(0, now)
	if s.have[0] != 0 || s.take[0] != 1 {
		t.Fatal("what was sent was not")
	}
	s.leave(0, now)
}
