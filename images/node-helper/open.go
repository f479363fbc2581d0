package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// spareFiles is for links, for what the program itself has open, and for other tasks.
const spareFiles = 256

// Space tells how much a disk lacks.
type Space struct {
	Path string
	Need int64
	Free int64
}

func (s *Space) Error() string {
	return fmt.Sprintf("%s needs %d bytes, and %d are free", s.Path, s.Need, s.Free)
}

func (b Blob) part() string { return b.Path + ".part" }

// enoughFiles makes sure that every blob that is not kept in memory may be open.
func enoughFiles(task Task) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if n := uint64(len(task.Blobs)); n+spareFiles > limit.Cur {
		return fmt.Errorf("%d blobs at once need more open files than the limit of %d", n, limit.Cur)
	}
	return nil
}

// openOwn opens what a node without a predecessor has: it only reads, whoever owns the files. edgectl knows what lies there,
// and a neighbour would see what is wrong.
func (s *store) openOwn() error {
	at := 0
	for n, blob := range s.task.Blobs {
		reader, err := os.Open(blob.Path)
		if err != nil {
			return err
		}
		s.blobs[n] = &held{reader: reader, named: true}
		info, err := reader.Stat()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Size() != blob.Size {
			return fmt.Errorf("%s has %d bytes, not %d", blob.Path, info.Size(), blob.Size)
		}
		s.blobs[n] = s.small.keep(blob, s.blobs[n])
		for range blob.Chunks {
			s.settle(at)
			at++
		}
	}
	return nil
}

// openBlobs finds out what is there of each blob, and makes room for the rest.
func (s *store) openBlobs() error {
	if len(s.task.From) == 0 {
		return s.openOwn()
	}
	folders := map[string]bool{}
	buffer := make([]byte, chunkSize)
	need := map[string]int64{} // bytes of small blobs that are to come, by folder
	at := 0
	for n, blob := range s.task.Blobs {
		own := s.chunks[at : at+len(blob.Chunks)]
		folder := filepath.Dir(blob.Path)
		if !folders[folder] {
			if err := os.MkdirAll(folder, 0o700); err != nil {
				return err
			}
			folders[folder] = true
		}
		found, sound, err := s.openBlob(blob, own, buffer)
		if err != nil {
			return err
		}
		s.blobs[n] = found
		for i, isSound := range sound {
			if isSound {
				s.settle(at + i)
			} else if blob.isSmall() {
				need[folder] += (blob.Size + diskBlock - 1) / diskBlock * diskBlock
			}
		}
		at += len(blob.Chunks)
	}
	for folder, bytes := range need {
		if err := enoughSpace(folder, bytes); err != nil {
			return err
		}
	}
	return nil
}

// openBlob opens a blob that is there whole, or its part with room for all of it, and tells which chunks are sound. What has
// the blob's name and another content loses the name; of a small one nothing is kept.
func (s *store) openBlob(blob Blob, chunks []chunk, buffer []byte) (*held, []bool, error) {
	sound := make([]bool, len(chunks))
	check := func(reader *os.File) (isWhole bool) {
		isWhole = true
		for i, c := range chunks {
			sound[i] = matches(reader, c, buffer)
			isWhole = isWhole && sound[i]
		}
		return isWhole
	}
	if reader, err := os.Open(blob.Path); err == nil {
		info, err := reader.Stat()
		if err == nil && info.Size() == blob.Size && check(reader) {
			return s.small.keep(blob, &held{reader: reader, named: true}), sound, nil
		}
		reader.Close()
		if blob.isSmall() {
			err = os.Remove(blob.Path)
		} else {
			err = os.Rename(blob.Path, blob.part())
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if blob.isSmall() {
		clear(sound)
		if blob.Size == 0 {
			return &held{}, sound, writeSmall(blob, nil)
		}
		return &held{}, sound, nil
	}
	_, err := os.Stat(blob.part())
	isNew := os.IsNotExist(err)
	if err := makeRoom(blob); err != nil {
		return nil, nil, err
	}
	reader, err := os.Open(blob.part())
	if err != nil {
		return nil, nil, err
	}
	clear(sound)
	if !isNew {
		check(reader)
	}
	return &held{reader: reader}, sound, nil
}

// makeRoom takes the disk space of a whole blob, so that a full disk shows before the first byte.
func makeRoom(blob Blob) error {
	file, err := os.OpenFile(blob.part(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() > blob.Size {
		if err := file.Truncate(blob.Size); err != nil {
			return err
		}
	}
	switch err := unix.Fallocate(int(file.Fd()), 0, 0, blob.Size); err {
	case nil:
		return nil
	case unix.ENOSPC:
		if info.Size() == 0 {
			os.Remove(file.Name())
		}
		return noSpace(blob.Path, filepath.Dir(blob.Path), blob.Size)
	case unix.EOPNOTSUPP:
		return file.Truncate(blob.Size)
	default:
		return err
	}
}

// noSpace says how much is free where a path is to be.
func noSpace(path, folder string, need int64) error {
	free, err := freeIn(folder)
	if err != nil {
		return err
	}
	return &Space{Path: path, Need: need, Free: free}
}

func enoughSpace(folder string, need int64) error {
	free, err := freeIn(folder)
	if err != nil || free >= need {
		return err
	}
	return &Space{Path: folder, Need: need, Free: free}
}

func freeIn(folder string) (int64, error) {
	var disk unix.Statfs_t
	err := unix.Statfs(folder, &disk)
	return int64(disk.Bavail) * disk.Bsize, err
}
