package agent

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"

	"github.com/sirupsen/logrus"

	"lab/k3s/join"
	"lab/k3s/pki"
)

// join gets the cluster's configuration and this node's certificates.
func (a *Agent) join(token pki.Token, password string) error {
	client, err := join.Connect(a.supervisor, "node", token)
	if err != nil {
		return err
	}
	settings, err := client.Get("/v1-k3s/config")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(settings, &a.node); err != nil {
		return err
	}
	clientCA, err := client.Get("/v1-k3s/client-ca.crt")
	if err != nil {
		return err
	}
	pki.WriteFile(a.dir("server-ca.crt"), client.CA, 0o644)
	pki.WriteFile(a.dir("client-ca.crt"), clientCA, 0o644)
	addresses := append([]string{a.NodeIP}, a.List("node-external-ip")...)
	header := http.Header{"K3s-Node-Name": {a.NodeName}, "K3s-Node-Password": {password}, "K3s-Node-Ip": {strings.Join(addresses, ",")}}
	for _, name := range []string{"serving-kubelet", "client-kubelet", "client-kube-proxy", "client-k3s-controller"} {
		if err := a.certificate(client, name, header); err != nil {
			return err
		}
	}
	for file, certificate := range map[string]string{"kubelet": "client-kubelet", "kubeproxy": "client-kube-proxy", "k3scontroller": "client-k3s-controller"} {
		kubeconfig := pki.Kubeconfig{Server: a.supervisor, CA: a.dir("server-ca.crt"), CertificateBase: a.dir(certificate)}
		kubeconfig.Write(a.dir(file+".kubeconfig"), 0o600)
	}
	return nil
}

func (a *Agent) certificate(client *join.Client, name string, header http.Header) error {
	key, keyPEM := pki.NewKey()
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: a.NodeName}}, key)
	if err != nil {
		return err
	}
	body := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request})
	certificate, err := client.Post("/v1-k3s/"+name+".crt", header, body)
	if err != nil {
		return err
	}
	pki.WriteFile(a.dir(name+".key"), keyPEM, 0o600)
	pki.WriteFile(a.dir(name+".crt"), certificate, 0o644)
	return nil
}

// explain says in k3s's words why the node has not joined yet.
func (a *Agent) explain(err error) {
	server := a.Text("server")
	switch {
	case join.HasStatus(err, http.StatusUnauthorized):
		logrus.Errorf("Failed to validate connection to cluster at %s: not authorized", server)
	case errors.Is(err, join.ErrCAMismatch):
		logrus.Errorf("Failed to validate connection to cluster at %s: %v", server, err)
	default:
		logrus.Infof("Waiting to retrieve agent configuration; server is not ready: %v", err)
	}
}
