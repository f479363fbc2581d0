package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync"

	"golang.org/x/sys/unix"
)

// A TLS 1.3 record (RFC 8446, 5.2): a head, at most so many bytes, the type of what they are and the cipher's tag.
const (
	recordHead = 5
	mostRecord = 16 << 10
	recordTail = 17
)

// patientConn wakes its reader when as much has come as it cannot go on without: at 100 Mbit/s segments of some 15 KiB come,
// and waking for each of them costs CPU. It follows the records to know how much that is on the wire.
type patientConn struct {
	net.Conn
	// needs are plain bytes that the reader lacks of what it needs, records that have come whole not counted. They have to be
	// sure to come, or the connection to end.
	needs int64
	head  []byte
	body  int // what is left of the record that is coming
	least int // how many bytes the socket waits for
}

func (p *patientConn) Read(to []byte) (int, error) {
	p.wait(p.lacking())
	n, err := p.Conn.Read(to)
	p.follow(to[:n])
	return n, err
}

// lacking is what has to come at least.
func (p *patientConn) lacking() int {
	if p.needs <= 0 {
		return 1
	}
	records := (int(p.needs) + mostRecord - 1) / mostRecord
	came := len(p.head)
	if came == recordHead {
		came += bodyOf(p.head) - p.body
	}
	return max(int(p.needs)+records*(recordHead+recordTail)-came, 1)
}

func bodyOf(head []byte) int { return int(binary.BigEndian.Uint16(head[3:])) }

// follow counts the records that came whole.
func (p *patientConn) follow(came []byte) {
	for len(came) > 0 {
		if len(p.head) < recordHead {
			n := min(recordHead-len(p.head), len(came))
			p.head, came = append(p.head, came[:n]...), came[n:]
			if len(p.head) == recordHead {
				p.body = bodyOf(p.head)
			}
		}
		n := min(p.body, len(came))
		p.body, came = p.body-n, came[n:]
		if p.body == 0 && len(p.head) == recordHead {
			p.needs -= int64(bodyOf(p.head) - recordTail)
			p.head = p.head[:0]
		}
	}
}

func (p *patientConn) wait(least int) {
	calmed, isTCP := p.Conn.(*calmConn)
	if !isTCP || least == max(p.least, 1) || !mayWait() {
		return
	}
	p.least = least
	calmed.set(unix.SOL_SOCKET, unix.SO_RCVLOWAT, int32(least))
}

// mayWait tells whether the sockets of this kernel can be told to wait.
var mayWait = sync.OnceValue(func() bool {
	var name unix.Utsname
	return unix.Uname(&name) == nil && wakes(unix.ByteSliceToString(name.Release[:]))
})

// wakes tells whether a release of Linux wakes the reader of a socket that waits for more than its buffer can take: before 5.7 it
// may sleep for ever (torvalds/linux 24adbc1676af). Boards with L4T R32 have 4.9.
func wakes(release string) bool {
	var major, minor int
	if n, _ := fmt.Sscanf(release, "%d.%d", &major, &minor); n < 2 {
		return false
	}
	return major > 5 || major == 5 && minor >= 7
}
