package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
)

// chunkSize is how much is verified at once. A blob's last chunk may be shorter.
const chunkSize = 1 << 20

// Peer is another node's relay: where it listens, and the SHA-256 of its certificate in hex.
type Peer struct {
	Address     string `json:"address"`
	Fingerprint string `json:"fingerprint"`
}

// Blob is one file to be had: where it goes, and what it is. Chunks are the SHA-256 of each chunk in hex: they come over
// SSH, and no byte of a neighbour counts that does not match them.
type Blob struct {
	Path   string   `json:"path"`
	Size   int64    `json:"size"`
	Chunks []string `json:"chunks"`
}

// Task is a batch of blobs and this node's place in the chain that brings them. Next are the nodes behind it in the order
// of the chain, From the fingerprints of those that may send. A node that nobody may send to has the blobs, and only reads
// them.
type Task struct {
	ID    int      `json:"id"`
	Blobs []Blob   `json:"blobs"`
	Next  []Peer   `json:"next"`
	From  []string `json:"from"`
}

// Job is the line after which a relay works. Rate, in bytes a second, bounds what a node sends that has no predecessor, all
// tasks together; 0 is without bound.
type Job struct {
	Tasks []Task `json:"tasks"`
	Rate  int64  `json:"rate"`
}

// Measure may come on a line before the job: To is to be probed, and From are the fingerprints of those that may probe this
// node.
type Measure struct {
	To   Peer     `json:"to"`
	From []string `json:"from"`
}

// order is a line from edgectl.
type order struct {
	Measure *Measure `json:"measure"`
	Job
}

// chunk is a piece of a blob: which one, where in it, how long, and what it must hash to.
type chunk struct {
	blob   int
	offset int64
	length int64
	digest [sha256.Size]byte
}

// chunksOf lists the chunks of a task's blobs, one blob after another.
func chunksOf(task Task) ([]chunk, error) {
	var all []chunk
	for i, blob := range task.Blobs {
		if !filepath.IsAbs(blob.Path) || filepath.Clean(blob.Path) != blob.Path {
			return nil, fmt.Errorf("task %d: %q is no clean absolute path", task.ID, blob.Path)
		}
		if blob.Size < 0 || int64(len(blob.Chunks)) != (blob.Size+chunkSize-1)/chunkSize {
			return nil, fmt.Errorf("task %d: %s has %d bytes in %d chunks", task.ID, blob.Path, blob.Size, len(blob.Chunks))
		}
		for n, text := range blob.Chunks {
			offset := int64(n) * chunkSize
			c := chunk{blob: i, offset: offset, length: min(chunkSize, blob.Size-offset)}
			digest, err := hex.DecodeString(text)
			if err != nil || len(digest) != sha256.Size {
				return nil, fmt.Errorf("task %d: %q is no SHA-256", task.ID, text)
			}
			copy(c.digest[:], digest)
			all = append(all, c)
		}
	}
	return all, nil
}

// matches tells whether what a reader holds at a chunk's place is that chunk.
func matches(file io.ReaderAt, c chunk, buffer []byte) bool {
	piece := buffer[:c.length]
	if _, err := file.ReadAt(piece, c.offset); err != nil {
		return false
	}
	return sha256.Sum256(piece) == c.digest
}
