package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The relays of these tests are processes of their own, as on nodes, and die by kill -9.
func TestMain(m *testing.M) {
	if address := os.Getenv("NODE_HELPER_RELAY"); address != "" {
		if pace, err := time.ParseDuration(os.Getenv("NODE_HELPER_PACE")); err == nil {
			paceEvery = pace
		}
		if err := relay(address, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if path := os.Getenv("NODE_HELPER_FSYNC"); path != "" {
		if err := timeFsync(path, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type node struct {
	t       *testing.T
	folder  string
	process *exec.Cmd
	stdin   io.WriteCloser
	peer    Peer
	events  chan event
	open    chan bool
}

// addressOf is where a node of a test listens.
func addressOf(n int) string { return fmt.Sprintf("127.0.1.%d", n+1) }

func startNode(t *testing.T, n int, folder string, env ...string) *node {
	process := exec.Command(os.Args[0])
	process.Env = append(append(os.Environ(), "NODE_HELPER_RELAY="+addressOf(n)), env...)
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	it := &node{t: t, folder: folder, process: process, stdin: stdin, events: make(chan event, 4096), open: make(chan bool, 1)}
	ready := make(chan event, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			var e event
			if json.Unmarshal(lines.Bytes(), &e) != nil {
				continue
			}
			if e.Event == "ready" {
				ready <- e
			} else if e.Event == "open" {
				it.open <- true
			} else {
				it.events <- e
			}
		}
		close(it.events)
	}()
	t.Cleanup(it.kill)
	select {
	case e := <-ready:
		it.peer = Peer{Address: e.Address, Fingerprint: e.Fingerprint}
	case <-time.After(10 * time.Second):
		t.Fatal("a relay did not say that it is ready")
	}
	return it
}

func (it *node) kill() {
	it.process.Process.Kill()
	it.process.Wait()
}

func (it *node) job(job Job) { it.say(job) }

func (it *node) measure(to Peer, from string) {
	it.say(order{Measure: &Measure{To: to, From: []string{from}}})
}

func (it *node) say(line any) {
	text, err := json.Marshal(line)
	if err != nil {
		it.t.Fatal(err)
	}
	if _, err := it.stdin.Write(append(text, '\n')); err != nil {
		it.t.Fatal(err)
	}
}

// slowDown puts a link of so many bytes a second before a node.
func (it *node) slowDown(rate int64) {
	it.peer.Address = layCable(it.t, it.peer.Address, rate).listener.Addr().String()
}

// opened waits until a node has opened what its job is about.
func (it *node) opened() {
	select {
	case <-it.open:
	case <-time.After(10 * time.Second):
		it.t.Fatal("a relay did not open its job")
	}
}

// until gives the first event of a kind, and all before it.
func (it *node) until(kind string, within time.Duration) (event, []event) {
	var before []event
	timer := time.After(within)
	for {
		select {
		case e, open := <-it.events:
			if !open {
				it.t.Fatalf("%s: the relay ended before %q; it said %v", it.folder, kind, before)
			}
			if e.Event == kind {
				return e, before
			}
			before = append(before, e)
		case <-timer:
			it.t.Fatalf("%s: no %q; it said %v", it.folder, kind, before)
		}
	}
}

// content makes files in a head's folder, and the blobs that describe them in another node's folder.
type content struct {
	names []string
	bytes map[string][]byte
}

func newContent(sizes ...int) *content {
	c := &content{bytes: map[string][]byte{}}
	for _, size := range sizes {
		c.add(1, size)
	}
	return c
}

func (c *content) add(times, size int) {
	for range times {
		name := fmt.Sprintf("blob-%d", len(c.names))
		data := make([]byte, size)
		rand.New(rand.NewSource(int64(len(c.names) + 1))).Read(data)
		c.names = append(c.names, name)
		c.bytes[name] = data
	}
}

func (c *content) write(t *testing.T, folder string) {
	for name, data := range c.bytes {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *content) blobs(folder string) []Blob {
	var blobs []Blob
	for _, name := range c.names {
		data := c.bytes[name]
		blob := Blob{Path: filepath.Join(folder, name), Size: int64(len(data))}
		for at := 0; at < len(data); at += chunkSize {
			sum := sha256.Sum256(data[at:min(at+chunkSize, len(data))])
			blob.Chunks = append(blob.Chunks, hex.EncodeToString(sum[:]))
		}
		blobs = append(blobs, blob)
	}
	return blobs
}

func (c *content) isIn(t *testing.T, folder string) {
	t.Helper()
	for name, data := range c.bytes {
		found, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !bytes.Equal(found, data) {
			t.Fatalf("%s is not in %s as it should be (%v)", name, folder, err)
		}
	}
}

// line starts a chain over these folders, the head's first, and gives every node its job.
func line(t *testing.T, c *content, rate int64, folders ...string) []*node {
	nodes := started(t, folders...)
	send(t, c, rate, nodes)
	return nodes
}

func started(t *testing.T, folders ...string) []*node {
	var nodes []*node
	for i, folder := range folders {
		nodes = append(nodes, startNode(t, i, folder))
	}
	return nodes
}

// send gives a chain its jobs, and lets it send when everybody is ready.
func send(t *testing.T, c *content, rate int64, nodes []*node) {
	for i, it := range nodes {
		task := Task{ID: 1, Blobs: c.blobs(it.folder)}
		for _, before := range nodes[:i] {
			task.From = append(task.From, before.peer.Fingerprint)
		}
		for _, behind := range nodes[i+1:] {
			task.Next = append(task.Next, behind.peer)
		}
		it.job(Job{Tasks: []Task{task}, Rate: rate})
	}
	for _, it := range nodes {
		it.opened()
	}
	for _, it := range nodes {
		it.stdin.Write([]byte("go\n"))
	}
}

func folders(t *testing.T, n int) []string {
	var all []string
	for range n {
		all = append(all, t.TempDir())
	}
	return all
}
