package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

const (
	dialWithin      = time.Second
	handshakeWithin = 5 * time.Second
	// unackedWithin is how long a neighbour may leave data unacknowledged: a dead link sends no word.
	unackedWithin = time.Second
	// The host's default may be anything; both ends of a measured link should use the same.
	congestion = "cubic"
)

// identity is a key made for this run, which never leaves the process, and the certificate that neighbours know it by.
type identity struct {
	certificate tls.Certificate
	fingerprint string
}

func newIdentity() (identity, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return identity{}, err
	}
	// Neighbours pin it by its fingerprint; nobody looks at its dates, because a board's clock may be wrong.
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		return identity{}, err
	}
	sum := sha256.Sum256(der)
	return identity{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, hex.EncodeToString(sum[:])}, nil
}

// tlsConfig is TLS 1.3 with certificates on both sides. `knows` judges the other side's fingerprint.
func (id identity) tlsConfig(knows func(fingerprint string) bool) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{id.certificate},
		ClientAuth: tls.RequireAnyClientCert,
		// The chain of trust is the fingerprint that came over SSH.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if fingerprint := fingerprintOf(state); !knows(fingerprint) {
				return fmt.Errorf("unknown certificate %.12s", fingerprint)
			}
			return nil
		},
		SessionTicketsDisabled: true, DynamicRecordSizingDisabled: true,
	}
}

func fingerprintOf(state tls.ConnectionState) string {
	if len(state.PeerCertificates) == 0 {
		return ""
	}
	sum := sha256.Sum256(state.PeerCertificates[0].Raw)
	return hex.EncodeToString(sum[:])
}

// outgoing is a connection to a neighbour that gets chunks.
type outgoing struct {
	*tls.Conn
	batch *batchConn
}

// send writes a piece in one system call.
func (o *outgoing) send(piece []byte) error {
	return o.batch.together(func() error {
		_, err := o.Write(piece)
		return err
	})
}

// cipher names what the two ends agreed on: AES where both CPUs have instructions for it, else ChaCha20.
func (o *outgoing) cipher() string { return tls.CipherSuiteName(o.ConnectionState().CipherSuite) }

// dial opens a link to a neighbour and makes sure that it is the one.
func (id identity) dial(peer Peer) (*outgoing, error) {
	raw, err := net.DialTimeout("tcp", peer.Address, dialWithin)
	if err != nil {
		return nil, err
	}
	if control, err := raw.(*net.TCPConn).SyscallConn(); err == nil {
		control.Control(func(fd uintptr) {
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unackedWithin.Milliseconds()))
			unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, congestion)
		})
	}
	batch := newBatchConn(raw)
	secured := tls.Client(batch, id.tlsConfig(func(fingerprint string) bool { return fingerprint == peer.Fingerprint }))
	secured.SetDeadline(time.Now().Add(handshakeWithin))
	if err := secured.Handshake(); err != nil {
		raw.Close()
		return nil, err
	}
	secured.SetDeadline(time.Time{})
	return &outgoing{secured, batch}, nil
}
