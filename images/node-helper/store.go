package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// mostSynced is up to how many files are synced one by one. Beyond it the whole file system is, which also waits for what
// others write there.
const mostSynced = 16

// errGone means that a chunk was taken back: what had come of it was not what it should be.
var errGone = errors.New("the chunk was taken back")

// Space tells how much a disk lacks.
type Space struct {
	Path string
	Need int64
	Free int64
}

func (s *Space) Error() string {
	return fmt.Sprintf("%s needs %d bytes, and %d are free", s.Path, s.Need, s.Free)
}

// store holds the blobs of one task on this node. A blob grows in PATH.part; what lies there from an earlier run is
// checked chunk by chunk and kept. All blobs get their names at once, when everything is on the disk.
type store struct {
	task   Task
	chunks []chunk
	// Senders read by files of their own: a program cannot be started while somebody has it open for writing.
	readers []*os.File
	writers []*os.File // nil for a blob that was there whole

	mu     sync.Mutex
	moved  *sync.Cond
	have   []int64 // bytes of each chunk that have come
	sound  []bool  // whether a chunk is whole and verified
	take   []int   // how often a chunk was taken back
	left   int     // chunks that are not sound
	sealed bool    // the blobs have their names
	done   chan struct{}
}

func openStore(task Task) (*store, error) {
	chunks, err := chunksOf(task)
	if err != nil {
		return nil, err
	}
	s := &store{
		task: task, chunks: chunks,
		have: make([]int64, len(chunks)), sound: make([]bool, len(chunks)), take: make([]int, len(chunks)),
		left: len(chunks), done: make(chan struct{}),
	}
	s.moved = sync.NewCond(&s.mu)
	buffer := make([]byte, chunkSize)
	var fresh []bool
	for i, blob := range task.Blobs {
		own := slices.DeleteFunc(slices.Clone(chunks), func(c chunk) bool { return c.blob != i })
		if len(task.From) == 0 {
			own = nil // edgectl has just brought it here and checked it; a neighbour would see what is wrong
		}
		reader, writer, isNew, err := openBlob(blob, own, buffer)
		if err != nil {
			s.close()
			return nil, err
		}
		fresh = append(fresh, isNew)
		s.readers, s.writers = append(s.readers, reader), append(s.writers, writer)
	}
	for i, c := range chunks {
		if s.writers[c.blob] == nil || !fresh[c.blob] && matches(s.readers[c.blob], c, buffer) {
			s.have[i], s.sound[i] = c.length, true
			s.left--
		}
	}
	return s, nil
}

// openBlob opens a blob that is there whole, without a writer, or its part with room for all of it. What has the blob's
// name and another content loses the name. A part that is new has nothing worth checking.
func openBlob(blob Blob, chunks []chunk, buffer []byte) (reader, writer *os.File, isNew bool, err error) {
	part := blob.Path + ".part"
	if reader, err := os.Open(blob.Path); err == nil {
		info, err := reader.Stat()
		wrong := func(c chunk) bool { return !matches(reader, c, buffer) }
		if err == nil && info.Size() == blob.Size && !slices.ContainsFunc(chunks, wrong) {
			return reader, nil, false, nil
		}
		reader.Close()
		if err := os.Rename(blob.Path, part); err != nil {
			return nil, nil, false, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(blob.Path), 0o700); err != nil {
		return nil, nil, false, err
	}
	_, err = os.Stat(part)
	isNew = os.IsNotExist(err)
	if writer, err = os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, nil, false, err
	}
	if err := makeRoom(writer, blob); err != nil {
		writer.Close()
		return nil, nil, false, err
	}
	if reader, err = os.Open(part); err != nil {
		writer.Close()
		return nil, nil, false, err
	}
	return reader, writer, isNew, nil
}

// makeRoom takes the disk space of a whole blob, so that a full disk shows before the first byte.
func makeRoom(file *os.File, blob Blob) error {
	size := blob.Size
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() > size {
		if err := file.Truncate(size); err != nil {
			return err
		}
	}
	if size == 0 {
		return nil
	}
	switch err := unix.Fallocate(int(file.Fd()), 0, 0, size); err {
	case nil:
		return nil
	case unix.ENOSPC:
		var disk unix.Statfs_t
		if err := unix.Fstatfs(int(file.Fd()), &disk); err != nil {
			return err
		}
		if info.Size() == 0 {
			os.Remove(file.Name())
		}
		return &Space{Path: blob.Path, Need: size, Free: int64(disk.Bavail) * disk.Bsize}
	case unix.EOPNOTSUPP:
		return file.Truncate(size)
	default:
		return err
	}
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

// bytes tells how many verified bytes are there, and how many there are to be.
func (s *store) bytes() (done, total int64) {
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

// wants tells whether a chunk is still to come. It comes from its first byte, over what an earlier sender left of it.
func (s *store) wants(i int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sound[i] {
		return false
	}
	return true
}

// put writes bytes of a chunk behind those that have come, and lets them be forwarded.
func (s *store) put(i int, at int64, piece []byte) error {
	c := s.chunks[i]
	if _, err := s.writers[c.blob].WriteAt(piece, c.offset+at); err != nil {
		return err
	}
	s.mu.Lock()
	s.have[i] = max(s.have[i], at+int64(len(piece)))
	s.mu.Unlock()
	s.moved.Broadcast()
	return nil
}

// judge ends a chunk: sound, or taken back.
func (s *store) judge(i int, isSound bool) {
	c := s.chunks[i]
	if isSound {
		// Early, so that the sync at the end has little left to do.
		unix.SyncFileRange(int(s.writers[c.blob].Fd()), c.offset, c.length, unix.SYNC_FILE_RANGE_WRITE)
	}
	s.mu.Lock()
	if isSound && !s.sound[i] {
		s.sound[i] = true
		s.left--
	}
	if !isSound && !s.sound[i] {
		s.take[i]++
		s.have[i] = 0
	}
	s.mu.Unlock()
	s.moved.Broadcast()
}

// wait returns how many bytes of a chunk may be sent beyond `sent`, as soon as there are `least` or all of it. `take` is
// what an earlier wait for the chunk returned, -1 at first; errGone when what was sent of it does not count any more.
func (s *store) wait(i int, sent, least int64, take int, stop func() bool) (int64, int, error) {
	c := s.chunks[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if stop() {
			return 0, 0, errGone
		}
		if s.sound[i] {
			return c.length - sent, s.take[i], nil
		}
		if take >= 0 && s.take[i] != take {
			return 0, 0, errGone
		}
		if there := s.have[i] - sent; there > 0 && (there >= least || s.have[i] == c.length) {
			return there, s.take[i], nil
		}
		s.moved.Wait()
	}
}

func (s *store) isWhole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left == 0
}

// seal makes the blobs durable and gives them their names.
func (s *store) seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealed {
		return nil
	}
	folders := map[string]bool{}
	for i, writer := range s.writers {
		if writer == nil {
			continue
		}
		folder := filepath.Dir(s.task.Blobs[i].Path)
		sync := writer.Sync
		if len(s.writers) > mostSynced {
			sync = func() error { return unix.Syncfs(int(writer.Fd())) }
			if folders[folder] {
				sync = func() error { return nil }
			}
		}
		folders[folder] = true
		if err := sync(); err != nil {
			return err
		}
	}
	for i, writer := range s.writers {
		if writer == nil {
			continue
		}
		if err := os.Rename(writer.Name(), s.task.Blobs[i].Path); err != nil {
			return err
		}
		writer.Close()
	}
	for folder := range folders {
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	s.sealed = true
	close(s.done)
	return nil
}

// waitSealed waits until the blobs have their names, or for a while.
func (s *store) waitSealed(most time.Duration) {
	select {
	case <-s.done:
	case <-time.After(most):
	}
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

func (s *store) close() {
	for _, file := range slices.Concat(s.readers, s.writers) {
		file.Close() // a nil file says so, and nothing else
	}
}
