package balancer

import (
	"net"
	"time"
)

// checkHealth cuts the connections to a server that stopped answering, so that clients move on.
func (b *Balancer) checkHealth() {
	failures := map[string]int{}
	for ; ; time.Sleep(2 * time.Second) {
		for _, server := range b.servers() {
			conn, err := net.DialTimeout("tcp", server, time.Second)
			if err == nil {
				conn.Close()
				failures[server] = 0
			} else {
				failures[server]++
			}
			b.mark(server, failures[server])
		}
	}
}

func (b *Balancer) mark(server string, failures int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down[server] = failures >= 2
	if failures == 2 {
		for conn := range b.connections[server] {
			conn.Close()
		}
	}
}
