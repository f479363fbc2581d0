// Package pki holds the cluster's keys, certificates, tokens and kubeconfigs as files.
package pki

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/sirupsen/logrus"
)

// WriteFile writes a file at once (temporary name, then rename) and makes its folders. Errors are fatal.
func WriteFile(file string, content []byte, mode os.FileMode) {
	temporary := file + ".tmp"
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(temporary, content, mode)
	}
	if err == nil {
		err = os.Chmod(temporary, mode) // past the umask
	}
	if err == nil {
		err = os.Rename(temporary, file)
	}
	Must(err, "writing "+file)
}

// Must ends k3s when err is set.
func Must(err error, what string) {
	if err != nil {
		logrus.Fatalf("%s: %v", what, err)
	}
}

// RandomHex is n random bytes as hex digits.
func RandomHex(n int) string {
	random := make([]byte, n)
	rand.Read(random)
	return hex.EncodeToString(random)
}

// exists tells whether every file is there.
func exists(files ...string) bool {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			return false
		}
	}
	return true
}
