package main

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// mostSynced is up to how many files are synced one by one. Beyond it the whole file system is, which also waits for what
// others write there.
const mostSynced = 16

// seal makes the blobs durable and gives them their names. Senders go on meanwhile.
func (s *store) seal() error {
	s.sealing.Lock()
	defer s.sealing.Unlock()
	if s.isSealed() {
		return nil
	}
	if err := s.disk.flush(); err != nil {
		return err
	}
	if err := s.switchTo(-1); err != nil {
		return err
	}
	var fresh []Blob
	folders := map[string]bool{}
	for n, blob := range s.task.Blobs {
		if !s.blobs[n].named {
			fresh = append(fresh, blob)
			folders[filepath.Dir(blob.Path)] = true
		}
	}
	if len(fresh) > mostSynced {
		for folder := range folders {
			if err := syncAround(folder); err != nil {
				return err
			}
		}
	} else {
		for _, blob := range fresh {
			if err := onFile(blob.grown(), (*os.File).Sync); err != nil {
				return err
			}
		}
	}
	for _, blob := range fresh {
		if blob.isSmall() {
			continue
		}
		if err := os.Rename(blob.part(), blob.Path); err != nil {
			return err
		}
	}
	for folder := range folders {
		if err := onFile(folder, (*os.File).Sync); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sealed = true
	close(s.done)
	return nil
}

// grown is where a blob is that came whole: small ones have their names already.
func (b Blob) grown() string {
	if b.isSmall() {
		return b.Path
	}
	return b.part()
}

func (s *store) isSealed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sealed
}

// syncAround syncs the file system that a folder lies on.
func syncAround(folder string) error {
	return onFile(folder, func(f *os.File) error { return unix.Syncfs(int(f.Fd())) })
}

func onFile(path string, do func(*os.File) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return do(file)
}
