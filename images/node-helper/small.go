package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const (
	// smallBlob is the most of a blob that is passed on from memory, before it has a file.
	smallBlob = leastPiece
	// keptMost bounds how many bytes of small blobs stay in memory for senders. Of others a file stays open.
	keptMost  = 32 << 20
	diskBlock = 4096
	// syncEvery is after how many bytes of small blobs their way to the disk begins, while others still come: what a file
	// system has put off until the sync at the end takes as long there as half of the stream.
	syncEvery = 6 << 20
)

func (b Blob) isSmall() bool { return b.Size <= smallBlob }

// smallWriter makes the files of small blobs: making a file takes longer than its bytes on a link.
type smallWriter struct {
	store   *store
	kept    int64 // guarded by the store's mu
	fresh   int64 // bytes that have got their files since a sync began
	syncing atomic.Bool
}

// isSmall tells whether a chunk is all of a small blob.
func (s *store) isSmall(i int) bool { return s.task.Blobs[s.chunks[i].blob].isSmall() }

// keepSmall takes a small blob's verified bytes.
func (s *store) keepSmall(i int, bytes []byte) error {
	return s.keep(i, func() { s.blobs[s.chunks[i].blob].bytes = bytes })
}

// syncEarly begins to sync beside the stream, one sync at a time. It counts for nothing: the seal syncs all.
func (w *smallWriter) syncEarly(blob Blob) {
	if w.fresh += blob.Size; w.fresh < syncEvery || !w.syncing.CompareAndSwap(false, true) {
		return
	}
	w.fresh = 0
	go func() {
		syncAround(filepath.Dir(blob.Path))
		w.syncing.Store(false)
	}()
}

func (w *smallWriter) write(n int) error {
	blob := w.store.task.Blobs[n]
	defer w.syncEarly(blob)
	w.store.mu.Lock()
	bytes := w.store.blobs[n].bytes
	w.store.mu.Unlock()
	if err := writeSmall(blob, bytes); errors.Is(err, unix.ENOSPC) {
		return noSpace(blob.Path, filepath.Dir(blob.Path), blob.Size)
	} else if err != nil {
		return fmt.Errorf("%s: %w", blob.Path, err)
	}
	if w.mayKeep(blob.Size) {
		return nil
	}
	reader, err := w.openForSenders(blob.Path)
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.blobs[n].bytes, w.store.blobs[n].reader = nil, reader
	return err
}

// writeSmall makes a small blob's file under its own name, which counts only when the task is done: a rename would cost as
// much again. That it is on the disk is the seal's part. Plain system calls: the os package's files cost a third more.
func writeSmall(blob Blob, bytes []byte) error {
	fd, err := unix.Open(blob.Path, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	for len(bytes) > 0 {
		n, err := unix.Write(fd, bytes)
		if err != nil {
			unix.Close(fd)
			os.Remove(blob.Path)
			return err
		}
		bytes = bytes[n:]
	}
	return unix.Close(fd)
}

// mayKeep takes room in memory.
func (w *smallWriter) mayKeep(bytes int64) bool {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if len(w.store.task.Next) == 0 || w.kept+bytes > keptMost {
		return false
	}
	w.kept += bytes
	return true
}

func (w *smallWriter) openForSenders(path string) (*os.File, error) {
	if len(w.store.task.Next) == 0 {
		return nil, nil
	}
	return os.Open(path)
}

// keep takes a blob that is there into memory, if it is small and there is room.
func (w *smallWriter) keep(blob Blob, found *held) *held {
	if !blob.isSmall() || !w.mayKeep(blob.Size) {
		return found
	}
	bytes := make([]byte, blob.Size)
	if _, err := found.reader.ReadAt(bytes, 0); err != nil {
		return found
	}
	found.reader.Close()
	return &held{bytes: bytes, named: found.named}
}
