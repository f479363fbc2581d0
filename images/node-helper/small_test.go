package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// smallSizes are many small blobs, with bigger ones and empty ones among them.
func smallSizes(n int) []int {
	var sizes []int
	for i := range n {
		size := 1 + i*97%smallBlob
		switch {
		case i%50 == 7:
			size = 0
		case i%100 == 13:
			size = smallBlob + i
		case i%200 == 31:
			size = chunkSize + i
		}
		sizes = append(sizes, size)
	}
	return sizes
}

func TestManySmallBlobsComeWithFewOpenFiles(t *testing.T) {
	c := newContent(smallSizes(1200)...)
	at := folders(t, 4)
	c.write(t, at[0])
	nodes := line(t, c, 0, at...)
	for _, it := range nodes[1:] {
		it.until("done", 60*time.Second)
		c.isIn(t, it.folder)
		if parts, _ := filepath.Glob(filepath.Join(it.folder, "*.part")); len(parts) > 0 {
			t.Fatalf("%v are left", parts)
		}
	}
}

// A blob is moved to its place as soon as a node says that it is done, while the nodes behind it still want it.
func TestWhatIsMovedAwayIsStillPassedOn(t *testing.T) {
	c := newContent(smallSizes(200)...)
	c.add(keptMost/smallBlob+64, smallBlob) // more than is kept in memory
	at := folders(t, 3)
	c.write(t, at[0])
	first := line(t, c, 0, at[:2]...)
	first[1].until("done", 60*time.Second)
	for _, it := range first {
		it.kill()
	}
	// The head has nothing to do now, and the node in the middle all of it before the last one gets any.
	nodes := line(t, c, 16<<20, at[1], at[2])
	nodes[0].until("done", 10*time.Second)
	for _, name := range c.names {
		if err := os.Remove(filepath.Join(at[1], name)); err != nil {
			t.Fatal(err)
		}
	}
	nodes[1].until("done", 60*time.Second)
	c.isIn(t, at[2])
}

func TestASmallBlobThatIsNotWhatItShouldBeComesAnew(t *testing.T) {
	c := newContent(500, 600, 700, 0)
	at := folders(t, 2)
	c.write(t, at[0])
	write := func(name string, content string) {
		if err := os.WriteFile(filepath.Join(at[1], name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("blob-0", "short")
	write("blob-1", string(c.bytes["blob-1"]))
	write("blob-2", string(append([]byte{1}, c.bytes["blob-2"][1:]...)))
	nodes := line(t, c, 0, at...)
	if first, _ := nodes[1].until("progress", 10*time.Second); first.Done != 600 {
		t.Fatalf("it believed %d bytes", first.Done)
	}
	nodes[1].until("done", 10*time.Second)
	c.isIn(t, at[1])
}
