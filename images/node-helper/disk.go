package main

import "sync"

// mostQueued is how many bytes of a task may wait for the disk. Beyond it the stream waits, too.
const mostQueued = 8 << 20

// diskQueue brings verified chunks to their files beside the stream, in the order in which they came: a disk stalls now and
// then, and a chain over equal links never makes up for a stall.
type diskQueue struct {
	write func(chunk int) error // one at a time

	mu     sync.Mutex
	moved  *sync.Cond
	queue  []queued
	bytes  int64 // of chunks that are not in their files, the one that is being written among them
	runs   bool
	failed error // why one could not be written; no more are
}

type queued struct {
	chunk int
	bytes int64
}

func newDiskQueue(write func(chunk int) error) *diskQueue {
	q := &diskQueue{write: write}
	q.moved = sync.NewCond(&q.mu)
	return q
}

// add has a chunk written, as soon as there is room for it; the error is that of an earlier one.
func (q *diskQueue) add(chunk int, bytes int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.failed == nil && q.bytes >= mostQueued {
		q.moved.Wait()
	}
	if q.failed != nil {
		return q.failed
	}
	q.queue = append(q.queue, queued{chunk, bytes})
	q.bytes += bytes
	if !q.runs {
		q.runs = true
		go q.run()
	}
	return nil
}

// run writes until nothing waits.
func (q *diskQueue) run() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.queue) > 0 && q.failed == nil {
		next := q.queue[0]
		q.queue = q.queue[1:]
		q.mu.Unlock()
		err := q.write(next.chunk)
		q.mu.Lock()
		if q.failed = err; err == nil {
			q.bytes -= next.bytes
		}
		q.moved.Broadcast()
	}
	q.runs = false
	q.moved.Broadcast()
}

// waiting tells how many bytes have come that are not in their files.
func (q *diskQueue) waiting() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes
}

// flush waits until everything that came is in its file.
func (q *diskQueue) flush() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.runs {
		q.moved.Wait()
	}
	return q.failed
}
