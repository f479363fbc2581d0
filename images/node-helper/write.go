package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// put writes bytes of a chunk behind those that have come, and lets them be forwarded.
func (s *store) put(i int, at int64, piece []byte) error {
	c := s.chunks[i]
	if err := s.writeAt(c, at, piece); err != nil {
		return err
	}
	s.arrived(i, at+int64(len(piece)))
	return nil
}

func (s *store) writeAt(c chunk, at int64, piece []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.switchTo(c.blob); err != nil {
		return err
	}
	_, err := s.writer.WriteAt(piece, c.offset+at)
	return err
}

// judge ends a chunk: sound, or taken back.
func (s *store) judge(i int, isSound bool) {
	if isSound {
		s.writeBack(s.chunks[i])
	}
	s.settle(i, isSound)
}

// writeBack starts a chunk's way to the disk, so that the sync at the end has little left to do.
func (s *store) writeBack(c chunk) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.written == c.blob {
		unix.SyncFileRange(int(s.writer.Fd()), c.offset, c.length, unix.SYNC_FILE_RANGE_WRITE)
	}
}

// switchTo has a blob's part open for writing, and nothing else; -1 for none.
func (s *store) switchTo(blob int) error {
	if s.written == blob {
		return nil
	}
	if s.writer != nil {
		if err := s.writer.Close(); err != nil {
			return err
		}
	}
	s.writer, s.written = nil, -1
	if blob < 0 {
		return nil
	}
	writer, err := os.OpenFile(s.task.Blobs[blob].part(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	s.writer, s.written = writer, blob
	return nil
}

// endWriting leaves nothing open for writing.
func (s *store) endWriting() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.switchTo(-1)
}
