package main

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// ends waits for a relay's end.
func (it *node) ends(within time.Duration) {
	it.t.Helper()
	timer := time.After(within)
	for {
		select {
		case _, open := <-it.events:
			if !open {
				return
			}
		case <-timer:
			it.t.Fatalf("%s: the relay goes on", it.folder)
		}
	}
}

func TestARelayEndsWithItsSession(t *testing.T) {
	c := newContent(64 << 20)
	at := folders(t, 3)
	c.write(t, at[0])
	nodes := line(t, c, 8<<20, at...) // in the middle of work
	nodes[2].until("progress", 10*time.Second)
	idle := startNode(t, 7, t.TempDir()) // and before any
	for _, it := range append(nodes, idle) {
		it.stdin.Close()
		it.ends(5 * time.Second)
		if link, err := net.DialTimeout("tcp", it.peer.Address, time.Second); err == nil {
			link.Close()
			t.Fatal("nobody talks with it, and it still listens")
		}
	}
}

func TestARelayListensOnTheNodesAddressOnly(t *testing.T) {
	it := startNode(t, 4, t.TempDir())
	host, port, _ := net.SplitHostPort(it.peer.Address)
	if host != addressOf(4) {
		t.Fatalf("it listens on %s", it.peer.Address)
	}
	for _, other := range []string{"127.0.0.1", "127.0.1.99", "::1"} {
		if link, err := net.DialTimeout("tcp", net.JoinHostPort(other, port), time.Second); err == nil {
			link.Close()
			t.Fatalf("it answers on %s, too", other)
		}
	}
}

func TestANodeWithoutAPredecessorOnlyReads(t *testing.T) {
	c := newContent(2<<20, 700)
	at := folders(t, 2)
	c.write(t, at[0])
	// As programs and models lie on a neighbour: nobody may write them, and they are in use.
	for _, name := range c.names {
		os.Chmod(filepath.Join(at[0], name), 0o444)
	}
	nodes := line(t, c, 0, at...)
	nodes[1].until("done", 10*time.Second)
	c.isIn(t, at[1])
	// What is not as it should be stays as it is, and is not sent.
	for _, spoil := range []func(path string) error{
		os.Remove,
		func(path string) error { return os.WriteFile(path, []byte("another"), 0o600) },
	} {
		at := folders(t, 2)
		c.write(t, at[0])
		if err := spoil(filepath.Join(at[0], "blob-0")); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadDir(at[0])
		nodes := line(t, c, 0, at...)
		nodes[0].until("failed", 5*time.Second)
		if after, _ := os.ReadDir(at[0]); len(after) != len(before) {
			t.Fatalf("%v became %v", before, after)
		}
	}
}

// A neighbour of this run may say what it likes: jobs and lists come over SSH only, and nothing of another run counts.
func TestAReplayedListCountsForNothing(t *testing.T) {
	old, now := newContent(2<<20), newContent(2<<20)
	now.bytes["blob-0"] = append([]byte{}, old.bytes["blob-0"]...)
	now.bytes["blob-0"][chunkSize] ^= 1
	folder := t.TempDir()
	victim := startNode(t, 1, folder)
	neighbour, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	earlier, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	victim.job(Job{Tasks: []Task{{ID: 2, Blobs: now.blobs(folder), From: []string{neighbour.fingerprint}}}})
	victim.opened()
	oldJob, _ := json.Marshal(Job{Tasks: []Task{{ID: 1, Blobs: old.blobs(folder), From: []string{neighbour.fingerprint, earlier.fingerprint}}}})
	// said gives what comes back for a first message: nothing when the link is closed.
	said := func(by identity, message any) (*outgoing, []byte) {
		link, err := by.dial(victim.peer)
		if err != nil {
			return nil, nil
		}
		t.Cleanup(func() { link.Close() })
		link.SetDeadline(time.Now().Add(2 * time.Second))
		var asked json.RawMessage
		if writeMessage(link, message) != nil || readMessage(link, mostMessage, &asked) != nil {
			return link, nil
		}
		return link, asked
	}
	for what, try := range map[string]func() ([]byte, bool){
		"a job as a greeting":            func() ([]byte, bool) { _, a := said(neighbour, json.RawMessage(oldJob)); return a, a == nil },
		"a task of another run":          func() ([]byte, bool) { _, a := said(neighbour, greeting{Task: 1}); return a, a == nil },
		"the certificate of another run": func() ([]byte, bool) { _, a := said(earlier, greeting{Task: 2}); return a, a == nil },
	} {
		if answer, isRefused := try(); !isRefused {
			t.Fatalf("%s was answered %s", what, answer)
		}
	}
	// And where everything is in order but the content, which is that of the old list: only what is on the new list stays.
	link, _ := said(neighbour, greeting{Task: 2})
	link.Write(old.bytes["blob-0"])
	var word [1]byte
	if io.ReadFull(link, word[:]); word[0] != answerCorrupt {
		t.Fatalf("it said %q", word)
	}
	victim.until("corrupt", time.Second)
	if _, err := os.Stat(filepath.Join(folder, "blob-0")); err == nil {
		t.Fatal("the old content has the new one's name")
	}
	link, asked := said(neighbour, greeting{Task: 2})
	if string(asked) != `{"missing":[[1,2]]}` {
		t.Fatalf("it asked for %s", asked)
	}
	link.Write(now.bytes["blob-0"][chunkSize:])
	victim.until("done", 5*time.Second)
	now.isIn(t, folder)
}

// The cipher follows the CPUs at both ends: AES where they have instructions for it, else ChaCha20.
func TestTheCipherFollowsTheCPU(t *testing.T) {
	const noAES = "GODEBUG=cpu.aes=off"
	chacha := tls.CipherSuiteName(tls.TLS_CHACHA20_POLY1305_SHA256)
	for _, of := range []struct{ head, tail string }{{"", noAES}, {noAES, ""}, {noAES, noAES}, {"", ""}} {
		c := newContent(1 << 20)
		at := folders(t, 2)
		c.write(t, at[0])
		nodes := []*node{startNode(t, 0, at[0], of.head), startNode(t, 1, at[1], of.tail)}
		send(t, c, 0, nodes)
		e, _ := nodes[0].until("link", 10*time.Second)
		if e.Peer != nodes[1].peer.Fingerprint || e.Cipher == "" {
			t.Fatalf("it said %+v", e)
		}
		t.Logf("%q → %q: %s", of.head, of.tail, e.Cipher)
		if hasAES := of.head == "" && of.tail == ""; !hasAES && e.Cipher != chacha {
			t.Fatalf("a CPU without AES, and %s", e.Cipher)
		}
		nodes[1].until("done", 10*time.Second)
	}
}

// Checking what lies there and a sync may take minutes, and edgectl must not take that for death.
func TestARelayThatIsBusySaysSo(t *testing.T) {
	before := busyEvery
	busyEvery = 10 * time.Millisecond
	defer func() { busyEvery = before }()
	said := make(chan event, 64)
	end := stayBusy(func(e event) { said <- e })
	for range 3 {
		select {
		case e := <-said:
			if e.Event != "busy" {
				t.Fatalf("it said %+v", e)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("it says nothing")
		}
	}
	end()
	time.Sleep(5 * busyEvery)
	for len(said) > 0 {
		<-said
	}
	time.Sleep(5 * busyEvery)
	if len(said) > 0 {
		t.Fatal("it goes on when there is nothing to do")
	}
}
