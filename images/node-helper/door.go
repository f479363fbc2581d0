package main

import (
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"time"
)

// door says who may come in, and for what. Before the job these are probes, one a neighbour; after it tasks.
type door struct {
	mu      sync.Mutex
	probers []string
	intakes map[int]*intake
	senders []string
}

func (d *door) letProbe(fingerprints []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.probers = fingerprints
}

// letSend ends the time of probes.
func (d *door) letSend(job Job, intakes map[int]*intake) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.probers, d.intakes = nil, intakes
	for _, task := range job.Tasks {
		d.senders = append(d.senders, task.From...)
	}
}

func (d *door) knows(fingerprint string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.probers, fingerprint) || slices.Contains(d.senders, fingerprint)
}

// mayProbe is true once for each that may.
func (d *door) mayProbe(fingerprint string, bytes int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := slices.Index(d.probers, fingerprint)
	if at < 0 || bytes > mostProbe {
		return false
	}
	d.probers = slices.Delete(slices.Clone(d.probers), at, at+1)
	return true
}

// intakeFor is nil where the sender may not send the task.
func (d *door) intakeFor(task int, fingerprint string) *intake {
	d.mu.Lock()
	defer d.mu.Unlock()
	if in := d.intakes[task]; in != nil && slices.Contains(in.store.task.From, fingerprint) {
		return in
	}
	return nil
}

// accept lets neighbours in until the listener closes.
func (d *door) accept(listener net.Listener, id identity) {
	config := id.tlsConfig(d.knows)
	for {
		raw, err := listener.Accept()
		if err != nil {
			return
		}
		go d.serve(raw, config)
	}
}

func (d *door) serve(raw net.Conn, config *tls.Config) {
	defer raw.Close()
	batch := newBatchConn(raw)
	link := &incoming{Conn: tls.Server(batch, config), patient: batch.patient}
	link.SetDeadline(time.Now().Add(handshakeWithin))
	var hello greeting
	if link.Handshake() != nil || readMessage(link, 1<<10, &hello) != nil {
		return
	}
	peer := fingerprintOf(link.ConnectionState())
	if hello.Probe > 0 {
		if d.mayProbe(peer, hello.Probe) {
			takeProbe(link, hello.Probe)
		}
		return
	}
	in := d.intakeFor(hello.Task, peer)
	if in == nil {
		return
	}
	link.SetDeadline(time.Time{})
	in.serve(link)
	drain(link)
}
