package main

import (
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// cable is the link from one node to another. It can be taken out, and put in again by laying a new one.
type cable struct {
	listener net.Listener
	mu       sync.Mutex
	ends     []net.Conn
}

func layCable(t *testing.T, to string, rate int64) *cable {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	it := &cable{listener: listener}
	t.Cleanup(it.cut)
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			go it.carry(in, to, rate)
		}
	}()
	return it
}

func (it *cable) carry(in net.Conn, to string, rate int64) {
	defer in.Close()
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	it.mu.Lock()
	it.ends = append(it.ends, in, out)
	it.mu.Unlock()
	go func() {
		io.Copy(in, out)
		in.Close()
	}()
	limit := newBrake(rate)
	piece := make([]byte, 16<<10)
	for {
		n, err := in.Read(piece)
		if n > 0 {
			limit.spend(int64(n))
			if _, err := out.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (it *cable) cut() {
	it.listener.Close()
	it.mu.Lock()
	defer it.mu.Unlock()
	for _, end := range it.ends {
		end.Close()
	}
}

// wired starts a chain over folders, with a cable from every node to each of those behind it.
func wired(t *testing.T, c *content, rate int64, nodes []*node, slow int) map[[2]int]*cable {
	cables := map[[2]int]*cable{}
	for i, it := range nodes {
		task := Task{ID: 1, Blobs: c.blobs(it.folder)}
		for _, before := range nodes[:i] {
			task.From = append(task.From, before.peer.Fingerprint)
		}
		for j := i + 1; j < len(nodes); j++ {
			own := int64(0)
			if j == slow {
				own = 8 << 20
			}
			laid := layCable(t, nodes[j].peer.Address, own)
			cables[[2]int{i, j}] = laid
			task.Next = append(task.Next, Peer{Address: laid.listener.Addr().String(), Fingerprint: nodes[j].peer.Fingerprint})
		}
		it.job(Job{Tasks: []Task{task}, Rate: rate})
	}
	for _, it := range nodes {
		it.opened()
	}
	for _, it := range nodes {
		it.stdin.Write([]byte("go\n"))
	}
	return cables
}

// spoil makes a node a neighbour that sends other bytes than it got: what it has verified rots on its disk.
func spoil(dice *rand.Rand, folder string, c *content) {
	name := filepath.Join(folder, c.names[0])
	for _, path := range []string{name, name + ".part"} {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			continue
		}
		file.WriteAt([]byte("rotten"), dice.Int63n(int64(len(c.bytes[c.names[0]]))))
		file.Close()
	}
}

// Whatever dies or lies, alone or with another at once, and whichever links are cut: starting the chain again until everybody
// is done ends with everything everywhere, and no node gets a chunk twice that it had verified.
func TestRandomFaults(t *testing.T) {
	for seed := range int64(32) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			anySeed(t, rand.New(rand.NewSource(seed)))
		})
	}
}

func anySeed(t *testing.T, dice *rand.Rand) {
	const most = 4 // rounds with faults
	c := newContent(4<<20+dice.Intn(chunkSize), 300, 1<<20)
	c.add(20, 5000)
	at := folders(t, 5)
	c.write(t, at[0])
	kept := make([]int64, len(at))
	for round := 0; ; round++ {
		if round > most {
			t.Fatalf("not done after %d rounds, the last without a fault", round)
		}
		nodes := started(t, at...)
		if dice.Intn(3) == 0 {
			measured(t, nodes)
		}
		any := func() int { return 1 + dice.Intn(len(nodes)-1) }
		cables := wired(t, c, 32<<20, nodes, dice.Intn(2*len(nodes)))
		for i, it := range nodes[1:] {
			first, _ := it.until("progress", 20*time.Second)
			if first.Done < kept[i+1] {
				t.Fatalf("node %d had %d bytes and now %d", i+1, kept[i+1], first.Done)
			}
			kept[i+1] = first.Done
		}
		isSpoilt := false
		faults := 0
		if round < most {
			faults = dice.Intn(4)
		}
		for range faults {
			time.Sleep(time.Duration(dice.Intn(60)) * time.Millisecond)
			switch dice.Intn(4) {
			case 0:
				nodes[any()].kill()
			case 1: // two at once
				one, other := any(), any()
				nodes[one].process.Process.Kill()
				nodes[other].kill()
			case 2:
				from := dice.Intn(len(nodes) - 1)
				cables[[2]int{from, from + 1 + dice.Intn(len(nodes)-1-from)}].cut()
			case 3:
				n := any()
				spoil(dice, at[n], c)
				kept[n], isSpoilt = 0, true
			}
		}
		whole := 0
		for _, it := range nodes[1:] {
			if waitDone(it, faults == 0) {
				whole++
			}
		}
		for _, it := range nodes {
			it.kill()
		}
		if whole == len(nodes)-1 && !isSpoilt {
			break
		}
	}
	for _, folder := range at {
		c.isIn(t, folder)
		if parts, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(parts) > 0 {
			t.Fatalf("%v is left", parts)
		}
	}
}

// waitDone tells whether a node came to its end; without a fault in the round it has to, else silence ends the waiting.
func waitDone(it *node, mustEnd bool) bool {
	patience := 2 * time.Second
	if mustEnd {
		patience = 20 * time.Second
	}
	for {
		select {
		case e, open := <-it.events:
			if !open {
				return false
			}
			if e.Event == "done" {
				return true
			}
		case <-time.After(patience):
			if mustEnd {
				it.t.Errorf("%s: not done, though nothing went wrong", it.folder)
			}
			return false
		}
	}
}
