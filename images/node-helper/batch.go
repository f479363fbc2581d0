package main

import (
	"bufio"
	"net"
	"sync"
)

// batchConn carries TLS records in few and big system calls: crypto/tls reads and writes the socket once for each record
// of 16 KiB, which costs a node a third of its CPU, and puts small segments on the wire.
type batchConn struct {
	net.Conn
	patient *patientConn
	reader  *bufio.Reader

	mu      sync.Mutex
	holding bool
	held    []byte
}

func newBatchConn(raw net.Conn) *batchConn {
	calmed := calm(raw)
	patient := &patientConn{Conn: calmed}
	return &batchConn{Conn: calmed, patient: patient, reader: bufio.NewReaderSize(patient, pieceSize)}
}

func (b *batchConn) Read(to []byte) (int, error) { return b.reader.Read(to) }

func (b *batchConn) Write(piece []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.holding {
		return b.Conn.Write(piece)
	}
	b.held = append(b.held, piece...)
	return len(piece), nil
}

// together sends everything that `write` writes at once.
func (b *batchConn) together(write func() error) error {
	b.mu.Lock()
	b.holding = true
	b.mu.Unlock()
	failed := write()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holding = false
	_, err := b.Conn.Write(b.held)
	b.held = b.held[:0]
	if failed != nil {
		return failed
	}
	return err
}
