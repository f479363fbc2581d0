package pki

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"k8s.io/client-go/util/keyutil"
)

// Certificates reads all certificates of a PEM file: a CA may be a bundle of itself, intermediates and root.
func Certificates(file string) ([]*x509.Certificate, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	out := parsePEM(content)
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no certificate in it", file)
	}
	return out, nil
}

// parsePEM gives the certificates of a PEM text; what does not parse is left out.
func parsePEM(content []byte) (out []*x509.Certificate) {
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, certificate)
		}
	}
	return out
}

// Pool is a pool of all certificates of a PEM file. Errors are fatal.
func Pool(file string) *x509.CertPool {
	certificates, err := Certificates(file)
	Must(err, "reading certificates")
	pool := x509.NewCertPool()
	for _, c := range certificates {
		pool.AddCert(c)
	}
	return pool
}

// key reads a private key: PKCS#8, EC or RSA, because pre-placed CAs come from elsewhere.
func key(file string) crypto.Signer {
	content, err := os.ReadFile(file)
	Must(err, "reading key")
	parsed, err := keyutil.ParsePrivateKeyPEM(content)
	Must(err, "parsing "+file)
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		Must(fmt.Errorf("not a signing key"), "parsing "+file)
	}
	return signer
}
