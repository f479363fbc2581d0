package main

import (
	"io"
	"net"
	"testing"
	"time"
)

// record is one TLS record of so many plain bytes, as it looks from outside.
func record(plain int) []byte {
	length := plain + recordTail
	return append([]byte{23, 3, 3, byte(length >> 8), byte(length)}, make([]byte, length)...)
}

// Many small segments wake the reader once, when what it needs has come; and what nobody needs yet wakes it at once.
func TestPatientReads(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	const segment, need = 8 << 10, 6*mostRecord + 1602
	var wire []byte
	for _, plain := range []int{16 << 10, 1, 300, 16 << 10, 16 << 10, 16 << 10, 16 << 10, 16 << 10, 1301} {
		wire = append(wire, record(plain)...)
	}
	go func() {
		to, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			return
		}
		defer to.Close()
		time.Sleep(50 * time.Millisecond) // until somebody waits
		for at := 0; at < len(wire); at += segment {
			to.Write(wire[at:min(at+segment, len(wire))])
			time.Sleep(time.Millisecond)
		}
		io.Copy(io.Discard, to) // it does not end by itself: the last bytes have to come without that
	}()
	raw, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.SetDeadline(time.Now().Add(10 * time.Second))
	from := &patientConn{Conn: calm(raw)}
	from.needs = need
	buffer := make([]byte, len(wire))
	first, err := from.Read(buffer)
	if err != nil || first < need {
		t.Fatalf("woken for %d bytes (%v), not for %d", first, err, need)
	}
	if _, err := io.ReadFull(from, buffer[first:]); err != nil {
		t.Fatal(err)
	}
	if left := from.needs; left != 0 {
		t.Fatalf("%d bytes are lacking", left)
	}
}

func TestOnlyKernelsThatWakeTheirReadersAreTrustedToWait(t *testing.T) {
	for release, want := range map[string]bool{
		"4.9.253-tegra": false, "5.4.0-190-generic": false, "5.7.0": true, "5.10.104-tegra": true, "6.8.12-tegra": true, "odd": false,
	} {
		if got := wakes(release); got != want {
			t.Errorf("%s: %v", release, got)
		}
	}
}
