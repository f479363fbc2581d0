package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestEveryNodeGetsEveryBlob(t *testing.T) {
	c := newContent(20<<20+17, 0, 1, chunkSize, 5000)
	at := folders(t, 5)
	c.write(t, at[0])
	for _, it := range line(t, c, 0, at...) {
		it.until("done", 30*time.Second)
		c.isIn(t, it.folder)
	}
}

func TestWhatIsThereIsNotSentAgain(t *testing.T) {
	c := newContent(8<<20, 3<<20)
	at := folders(t, 2)
	c.write(t, at[0])
	c.write(t, at[1])
	nodes := line(t, c, 0, at...)
	first, _ := nodes[1].until("progress", 10*time.Second)
	if first.Done != first.Total || first.Total != 11<<20 {
		t.Fatalf("of %d bytes it had %d", first.Total, first.Done)
	}
	// What lies there is checked, not believed.
	at = folders(t, 2)
	c.write(t, at[0])
	c.write(t, at[1])
	bad := append([]byte{}, c.bytes["blob-0"]...)
	bad[5<<20] ^= 1
	os.WriteFile(filepath.Join(at[1], "blob-0"), bad, 0o600)
	nodes = line(t, c, 0, at...)
	if first, _ := nodes[1].until("progress", 10*time.Second); first.Done != 10<<20 {
		t.Fatalf("it believed %d bytes", first.Done)
	}
	nodes[1].until("done", 10*time.Second)
	c.isIn(t, at[1])
}

func TestADeadNodeIsBypassedAndGoesOnLater(t *testing.T) {
	c := newContent(24 << 20)
	at := folders(t, 4)
	c.write(t, at[0])
	nodes := line(t, c, 16<<20, at...)
	for {
		if e, _ := nodes[1].until("progress", 10*time.Second); e.Done >= 8<<20 {
			break
		}
	}
	nodes[1].kill()
	for _, it := range nodes[2:] {
		it.until("done", 30*time.Second)
		c.isIn(t, it.folder)
	}
	nodes[0].until("bypass", time.Second)
	again := line(t, c, 0, at[0], at[1])
	if first, _ := again[1].until("progress", 10*time.Second); first.Done < 8<<20 {
		t.Fatalf("only %d bytes were kept", first.Done)
	}
	again[1].until("done", 10*time.Second)
	c.isIn(t, at[1])
}

func TestANeighbourThatSendsOtherBytesIsRefused(t *testing.T) {
	c := newContent(2 << 20)
	at := folders(t, 1)
	victim := startNode(t, 1, at[0])
	liar, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	victim.job(Job{Tasks: []Task{{ID: 1, Blobs: c.blobs(at[0]), From: []string{liar.fingerprint}}}})
	greet := func() *outgoing {
		link, err := liar.dial(victim.peer)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { link.Close() })
		writeMessage(link, greeting{Task: 1})
		return link
	}
	lie := func() byte {
		link := greet()
		defer link.Close()
		var asked wants
		var word [1]byte
		if readMessage(link, mostMessage, &asked) == nil {
			link.Write(make([]byte, chunkSize))
		}
		io.ReadFull(link, word[:])
		return word[0]
	}
	for range mostCorrupt {
		if word := lie(); word != answerCorrupt {
			t.Fatalf("it said %q", word)
		}
		victim.until("corrupt", time.Second)
	}
	var word [1]byte
	if io.ReadFull(greet(), word[:]); word[0] != answerRefused {
		t.Fatalf("it said %q", word)
	}
	if _, err := os.Stat(filepath.Join(at[0], "blob-0")); err == nil {
		t.Fatal("a blob has its name without being there")
	}
}

func TestAStrangerGetsNoLink(t *testing.T) {
	c := newContent(1 << 20)
	nodes := line(t, c, 0, folders(t, 1)...)
	stranger, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	link, err := stranger.dial(nodes[0].peer)
	if err == nil {
		// In TLS 1.3 the server's refusal comes with the first read.
		writeMessage(link, greeting{Task: 1})
		var asked wants
		err = readMessage(link, mostMessage, &asked)
	}
	if err == nil {
		t.Fatal("a stranger was served")
	}
	if _, err := stranger.dial(Peer{Address: nodes[0].peer.Address, Fingerprint: stranger.fingerprint}); err == nil {
		t.Fatal("a node with another certificate was taken for the neighbour")
	}
}

func TestASlowNodeHoldsUpNobodyForLong(t *testing.T) {
	c := newContent(96 << 20)
	at := folders(t, 4)
	c.write(t, at[0])
	t.Setenv("NODE_HELPER_PACE", "200ms")
	nodes := started(t, at...)
	slow := nodes[2]
	slow.slowDown(1 << 20) // a minute and a half for all
	send(t, c, 64<<20, nodes)
	bypass, _ := nodes[1].until("bypass", 20*time.Second)
	if bypass.Peer != slow.peer.Fingerprint || bypass.Why != errSlow.Error() {
		t.Fatalf("bypassed: %+v", bypass)
	}
	nodes[3].until("done", 20*time.Second)
	c.isIn(t, nodes[3].folder)
}

func TestASlowLastNodeIsWaitedFor(t *testing.T) {
	c := newContent(40 << 20)
	at := folders(t, 3)
	c.write(t, at[0])
	t.Setenv("NODE_HELPER_PACE", "100ms")
	nodes := started(t, at...)
	nodes[2].slowDown(8 << 20)
	send(t, c, 0, nodes)
	nodes[2].until("done", 30*time.Second)
	c.isIn(t, nodes[2].folder)
}
