package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"

	"github.com/sirupsen/logrus"
	"golang.org/x/sys/unix"

	"lab/k3s/pki"
)

// The API server shares port 6443 with our front (SO_REUSEPORT): the more specific address wins, so that the
// advertised endpoint port stays 6443 without a patch upstream.
const apiserverIP = "127.0.0.2"

// listen serves the supervisor and, behind it, the API server.
func (s *Server) listen() {
	s.certified, s.plain = s.proxy(true), s.proxy(false)
	pair, err := tls.LoadX509KeyPair(s.dir("tls/listener.crt"), s.dir("tls/listener.key"))
	pki.Must(err, "serving certificate")
	shared := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(fd uintptr) {
			failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		})
		if err == nil {
			err = failed
		}
		return err
	}}
	listener, err := shared.Listen(context.Background(), "tcp", s.Text("bind-address")+":"+s.Text("https-listen-port"))
	pki.Must(err, "starting kubernetes: preparing server: listen")
	front := &http.Server{Handler: s.routes(), ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert, NextProtos: []string{"h2", "http/1.1"}}}
	go func() { logrus.Fatalf("supervisor: %v", front.ServeTLS(frontListener{listener}, "", "")) }()
}

// proxy forwards to the API server, with the front's own certificate when it vouches for a client's. It speaks
// HTTP/1.1, so that exec and logs can upgrade.
func (s *Server) proxy(vouch bool) *httputil.ReverseProxy {
	transport := &http.Transport{MaxIdleConnsPerHost: 500, TLSClientConfig: &tls.Config{RootCAs: pki.Pool(s.dir("tls/server-ca.crt"))}}
	if vouch {
		pair, err := tls.LoadX509KeyPair(s.dir("tls/client-auth-proxy.crt"), s.dir("tls/client-auth-proxy.key"))
		pki.Must(err, "auth proxy")
		transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	p := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "https", Host: apiserverIP + ":" + s.Text("https-listen-port")})
	p.Transport, p.FlushInterval = transport, -1
	p.ErrorLog = log.New(io.Discard, "", 0)
	p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		http.Error(w, "apiserver not ready", http.StatusServiceUnavailable)
	}
	return p
}

// frontListener hangs up on what is meant for an API server that does not listen yet, or the front would proxy to itself.
type frontListener struct{ net.Listener }

func (l frontListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err == nil && conn.LocalAddr().(*net.TCPAddr).IP.String() == apiserverIP {
			conn.Close()
			continue
		}
		return conn, err
	}
}

// toAPIServer passes a request on; a verified client certificate becomes X-Remote-* headers.
func (s *Server) toAPIServer() http.HandlerFunc {
	verify := x509.VerifyOptions{Roots: pki.Pool(s.dir("tls/client-ca.crt")), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.hasAPI() {
			http.Error(w, "apiserver disabled", http.StatusServiceUnavailable)
			return
		}
		for name := range r.Header {
			if strings.HasPrefix(name, "X-Remote-") {
				r.Header.Del(name)
			}
		}
		if len(r.TLS.PeerCertificates) > 0 {
			certificate := r.TLS.PeerCertificates[0]
			if _, err := certificate.Verify(verify); err == nil {
				r.Header.Set("X-Remote-User", certificate.Subject.CommonName)
				r.Header["X-Remote-Group"] = certificate.Subject.Organization
				s.certified.ServeHTTP(w, r)
				return
			}
			logrus.Warnf("client certificate of %q refused", certificate.Subject.CommonName)
		}
		s.plain.ServeHTTP(w, r)
	}
}
