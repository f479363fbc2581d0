package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"time"

	"github.com/sirupsen/logrus"
)

// renewBefore: a leaf with less than this left is renewed when k3s starts, and only then.
const renewBefore = 120 * 24 * time.Hour

// NewKey makes an EC key and its PEM form.
func NewKey() (*ecdsa.PrivateKey, []byte) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Must(err, "generating key")
	der, err := x509.MarshalECPrivateKey(private)
	Must(err, "encoding key")
	return private, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

func template(commonName string, days int) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	return &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: commonName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 0, days)}
}

// EnsureCA makes <base>.crt and <base>.key unless both are there: pre-placed ones are used as they are.
func EnsureCA(base, commonName string) {
	if exists(base+".crt", base+".key") {
		return
	}
	private, keyPEM := NewKey()
	t := template(fmt.Sprintf("%s@%d", commonName, time.Now().Unix()), 3650)
	t.IsCA, t.BasicConstraintsValid = true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	der, err := x509.CreateCertificate(rand.Reader, t, t, private.Public(), private)
	Must(err, "creating CA")
	WriteFile(base+".key", keyPEM, 0o600)
	WriteFile(base+".crt", encode(der), 0o644)
}

func encode(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// Leaf says what a certificate is for. Names that parse as addresses become IP SANs; with names it may serve.
type Leaf struct {
	CommonName    string
	Organizations []string
	Names         []string
}

// Sign issues a leaf for a public key from <caBase>.crt/.key and appends the CA's own certificates.
func Sign(caBase string, public crypto.PublicKey, leaf Leaf) []byte {
	t := template(leaf.CommonName, 365)
	t.Subject.Organization = leaf.Organizations
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if len(leaf.Names) > 0 {
		t.ExtKeyUsage = append(t.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	t.DNSNames, t.IPAddresses = splitNames(leaf.Names)
	ca, err := Certificates(caBase + ".crt")
	Must(err, "reading CA")
	der, err := x509.CreateCertificate(rand.Reader, t, ca[0], public, key(caBase+".key"))
	Must(err, "signing "+leaf.CommonName)
	out := encode(der)
	for _, c := range ca {
		out = append(out, encode(c.Raw)...)
	}
	return out
}

func splitNames(names []string) (dns []string, addresses []net.IP) {
	names = slices.Clone(names)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if ip := net.ParseIP(name); ip != nil {
			addresses = append(addresses, ip)
		} else if name != "" {
			dns = append(dns, name)
		}
	}
	return dns, addresses
}

// Issue writes <base>.key and <base>.crt signed by caBase, unless a good pair is there.
// With keepNames an existing pair is kept although its names differ.
func Issue(base, caBase string, leaf Leaf, keepNames bool) {
	if exists(base+".crt", base+".key") && !stale(base+".crt", caBase, leaf, keepNames) {
		return
	}
	private, keyPEM := NewKey()
	WriteFile(base+".key", keyPEM, 0o600)
	WriteFile(base+".crt", Sign(caBase, private.Public(), leaf), 0o644)
}

func stale(file, caBase string, leaf Leaf, keepNames bool) bool {
	have, err := Certificates(file)
	if err != nil {
		return true
	}
	ca, err := Certificates(caBase + ".crt")
	Must(err, "reading CA")
	if have[0].CheckSignatureFrom(ca[0]) != nil {
		return true
	}
	if time.Until(have[0].NotAfter) < renewBefore {
		logrus.Infof("Renewing %s: it ends on %s", file, have[0].NotAfter.Format(time.DateOnly))
		return true
	}
	dns, addresses := splitNames(leaf.Names)
	same := slices.Equal(dns, have[0].DNSNames) && slices.EqualFunc(addresses, have[0].IPAddresses, net.IP.Equal)
	return !keepNames && !same
}
