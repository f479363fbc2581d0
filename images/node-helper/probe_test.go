package main

import (
	"io"
	"sync"
	"testing"
	"time"
)

// measured has every node of a ring probe the next one, and gives what each found.
func measured(t *testing.T, nodes []*node) []event {
	for i, it := range nodes {
		before := nodes[(i+len(nodes)-1)%len(nodes)]
		it.measure(nodes[(i+1)%len(nodes)].peer, before.peer.Fingerprint)
	}
	var found []event
	for _, it := range nodes {
		e, _ := it.until("speed", 10*time.Second)
		found = append(found, e)
	}
	return found
}

func TestEverybodyMeasuresTheNextOne(t *testing.T) {
	c := newContent(3 << 20)
	at := folders(t, 3)
	c.write(t, at[0])
	nodes := started(t, at...)
	for i, e := range measured(t, nodes) {
		if e.Rate <= 0 || e.Peer != nodes[(i+1)%len(nodes)].peer.Fingerprint {
			t.Fatalf("node %d found %+v", i, e)
		}
	}
	// The job comes after it as ever.
	send(t, c, 0, nodes)
	for _, it := range nodes {
		it.until("done", 10*time.Second)
		c.isIn(t, it.folder)
	}
}

func TestASlowLinkIsFound(t *testing.T) {
	const rate = 2 << 20
	nodes := started(t, folders(t, 4)...)
	nodes[2].slowDown(rate)
	// It cannot have been faster than its link.
	if found := measured(t, nodes); found[1].Rate <= 0 || found[1].Rate > rate*3/2 {
		t.Fatalf("the link to node 2 has %d bytes/s, and was measured as %+v", rate, found[1])
	}
}

func TestABrakeHoldsAllSendersTogether(t *testing.T) {
	limit := newBrake(1 << 20)
	began := time.Now()
	var both sync.WaitGroup
	for range 2 {
		both.Add(1)
		go func() {
			defer both.Done()
			for range 4 {
				limit.spend(32 << 10)
			}
		}()
	}
	both.Wait()
	if took := time.Since(began); took < 250*time.Millisecond {
		t.Fatalf("256 KiB at 1 MiB/s took %v", took)
	}
}

func TestANodeThatDoesNotAnswerHasNoSpeed(t *testing.T) {
	nodes := started(t, folders(t, 3)...)
	nodes[1].kill()
	nodes[0].measure(nodes[1].peer, nodes[2].peer.Fingerprint)
	if e, _ := nodes[0].until("speed", 5*time.Second); e.Rate != 0 || e.Why == "" {
		t.Fatalf("it found %+v", e)
	}
	// One that lives and was told nothing yet does not answer either.
	nodes[0].measure(nodes[2].peer, nodes[2].peer.Fingerprint)
	if e, _ := nodes[0].until("speed", 10*time.Second); e.Rate != 0 {
		t.Fatalf("it found %+v", e)
	}
}

func TestOnlyANeighbourMayProbeOnceAndNotMore(t *testing.T) {
	neighbour, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	victim := startNode(t, 1, t.TempDir())
	victim.measure(victim.peer, neighbour.fingerprint)
	// answered tells how a probe of so many bytes ends.
	answered := func(by identity, bytes int64) bool {
		link, err := by.dial(victim.peer)
		if err != nil {
			return false
		}
		defer link.Close()
		link.SetDeadline(time.Now().Add(2 * time.Second))
		if writeMessage(link, greeting{Probe: bytes}) != nil {
			return false
		}
		io.CopyN(link, zeros{}, bytes)
		var word [1]byte
		_, err = io.ReadFull(link, word[:])
		return err == nil && word[0] == answerMeasured
	}
	if answered(stranger, probeSize) {
		t.Fatal("a stranger's probe was taken")
	}
	if answered(neighbour, mostProbe+1) {
		t.Fatal("a probe without bound was taken")
	}
	if !answered(neighbour, probeSize) {
		t.Fatal("the neighbour's probe was refused")
	}
	if answered(neighbour, probeSize) {
		t.Fatal("the neighbour may probe for ever")
	}
	victim.job(Job{})
	victim.opened()
	if answered(neighbour, probeSize) {
		t.Fatal("a probe was taken after the job came")
	}
}

type zeros struct{}

func (zeros) Read(to []byte) (int, error) { return len(to), nil }
