// Package balancer is the node's own TCP way to whichever server answers (127.0.0.1:6444).
package balancer

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"lab/k3s/pki"
)

// Balancer forwards connections to the servers it knows, healthy ones first.
type Balancer struct {
	file  string // remembers the servers across restarts
	first string // the configured server, tried before the discovered ones

	mu          sync.Mutex
	known       []string
	down        map[string]bool
	connections map[string]map[net.Conn]bool
}

// New makes a balancer that starts from one server and from what the file remembers.
func New(file, first string) *Balancer {
	b := &Balancer{file: file, first: first, down: map[string]bool{}, connections: map[string]map[net.Conn]bool{}}
	if content, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(content, &b.known); err != nil {
			logrus.Warnf("%s: %v", file, err)
		}
	}
	return b
}

func (b *Balancer) set(servers []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.Sort(servers)
	if slices.Equal(servers, b.known) {
		return
	}
	logrus.Infof("Updated load balancer k3s-agent-load-balancer server addresses -> %v", servers)
	b.known = servers
	content, _ := json.Marshal(servers)
	pki.WriteFile(b.file, content, 0o600)
}

func (b *Balancer) servers() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var up, down []string
	for _, s := range append([]string{b.first}, b.known...) {
		switch {
		case s == "" || slices.Contains(up, s) || slices.Contains(down, s):
		case b.down[s]:
			down = append(down, s)
		default:
			up = append(up, s)
		}
	}
	return append(up, down...)
}

// Serve returns as soon as it listens: who joins next must not meet a closed port.
func (b *Balancer) Serve(address string) {
	listener, err := net.Listen("tcp", address)
	pki.Must(err, "load balancer")
	logrus.Infof("Running load balancer k3s-agent-load-balancer %s -> %v", address, b.servers())
	go b.checkHealth()
	go func() {
		for {
			conn, err := listener.Accept()
			pki.Must(err, "load balancer")
			go b.forward(conn)
		}
	}()
}

func (b *Balancer) forward(client net.Conn) {
	defer client.Close()
	for _, server := range b.servers() {
		upstream, err := net.DialTimeout("tcp", server, 2*time.Second)
		if err != nil {
			continue
		}
		defer upstream.Close()
		b.track(server, upstream, true)
		defer b.track(server, upstream, false)
		done := make(chan bool, 2)
		pipe := func(to, from net.Conn) {
			io.Copy(to, from)
			done <- true
		}
		go pipe(upstream, client)
		go pipe(client, upstream)
		<-done
		return
	}
}

func (b *Balancer) track(server string, conn net.Conn, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !open {
		delete(b.connections[server], conn)
		return
	}
	if b.connections[server] == nil {
		b.connections[server] = map[net.Conn]bool{}
	}
	b.connections[server][conn] = true
}
