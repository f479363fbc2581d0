package main

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// calmConn reads and writes a socket by system calls that Go's scheduler is not told of. They never block, and being told of
// each of them wakes a thread of the runtime that then looks every 20 µs whether one has been blocking: a tenth of a relay's CPU.
type calmConn struct {
	*net.TCPConn
	socket syscall.RawConn
}

// calm is a connection as it is where it is none of TCP.
func calm(raw net.Conn) net.Conn {
	if tcp, isTCP := raw.(*net.TCPConn); isTCP {
		if socket, err := tcp.SyscallConn(); err == nil {
			return &calmConn{tcp, socket}
		}
	}
	return raw
}

func (c *calmConn) Read(to []byte) (int, error) {
	if len(to) == 0 {
		return 0, nil
	}
	var n int
	var failed error
	err := c.socket.Read(func(fd uintptr) bool {
		n, failed = try(unix.SYS_READ, fd, to)
		return failed != unix.EAGAIN
	})
	if err != nil {
		return 0, err
	}
	if failed != nil {
		return 0, os.NewSyscallError("read", failed)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (c *calmConn) Write(from []byte) (int, error) {
	sent := 0
	var failed error
	err := c.socket.Write(func(fd uintptr) bool {
		for sent < len(from) {
			var n int
			if n, failed = try(unix.SYS_WRITE, fd, from[sent:]); failed != nil {
				return failed != unix.EAGAIN
			}
			sent += n
		}
		return true
	})
	if err == nil && failed != nil {
		err = os.NewSyscallError("write", failed)
	}
	return sent, err
}

// try is one system call, again after a signal.
func try(call, fd uintptr, bytes []byte) (int, error) {
	for {
		n, _, failed := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(&bytes[0])), uintptr(len(bytes)))
		if failed == 0 {
			return int(n), nil
		}
		if failed != unix.EINTR {
			return 0, failed
		}
	}
}

// set sets an option, and does without it where that fails.
func (c *calmConn) set(level, option int, value int32) {
	c.socket.Control(func(fd uintptr) {
		syscall.RawSyscall6(unix.SYS_SETSOCKOPT, fd, uintptr(level), uintptr(option), uintptr(unsafe.Pointer(&value)), unsafe.Sizeof(value), 0)
	})
}
