package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// write brings a verified chunk to its file. Only the disk's queue does, one after another.
func (s *store) write(i int) error {
	if s.isSmall(i) {
		return s.small.write(s.chunks[i].blob)
	}
	return s.writeDraft(i)
}

// writeChunk writes a chunk past the page cache, where the file system lets it: what else runs on a board keeps its pages, and
// a copy into fresh ones costs as much CPU as all of TLS. Else its way to the disk begins at once, so that the sync at the
// end has little left to do.
func (s *store) writeChunk(c chunk, bytes []byte) error {
	if err := s.switchTo(c.blob); err != nil {
		return err
	}
	if c.length%diskBlock == 0 && s.goPast(unix.O_DIRECT) {
		if _, err := s.writer.WriteAt(bytes, c.offset); !errors.Is(err, unix.EINVAL) {
			return err
		}
	}
	s.goPast(0)
	if _, err := s.writer.WriteAt(bytes, c.offset); err != nil {
		return err
	}
	unix.SyncFileRange(int(s.writer.Fd()), c.offset, c.length, unix.SYNC_FILE_RANGE_WRITE)
	return nil
}

// goPast has the open file written past the page cache, or not; false where that cannot be.
func (s *store) goPast(flag int) bool {
	_, err := unix.FcntlInt(s.writer.Fd(), unix.F_SETFL, flag)
	return err == nil
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
