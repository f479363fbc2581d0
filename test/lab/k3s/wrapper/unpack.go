package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// unpack puts the embedded archive into folder, whole or not at all, and points data/current at it.
func unpack(folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(parent, ".tmp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	if err := extract(temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, folder); err != nil {
		if _, missing := os.Stat(folder); missing != nil { // another process was not faster either
			return err
		}
	}
	link := filepath.Join(parent, "current")
	os.Remove(link)
	if err := os.Symlink(filepath.Base(folder), link); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

func extract(into string) error {
	content, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer content.Close()
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		path := filepath.Join(into, filepath.Clean("/"+header.Name))
		switch header.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(path, 0o755)
		case tar.TypeReg:
			err = write(path, archive, os.FileMode(header.Mode))
		}
		if err != nil {
			return err
		}
	}
}

func write(path string, content io.Reader, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, content); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
