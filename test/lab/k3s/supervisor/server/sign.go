package server

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"lab/k3s/pki"
)

var errNodePassword = errors.New("Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may not match server node-passwd entry, try enabling a unique node name with the --with-node-id flag")

// signFor answers a node's certificate request, after a check of the password that it chose on its first visit.
func (s *Server) signFor(name string, w http.ResponseWriter, r *http.Request) {
	node, addresses := r.Header.Get("K3s-Node-Name"), strings.Split(r.Header.Get("K3s-Node-Ip"), ",")
	if strings.Contains(name, "kubelet") {
		if err := s.checkNodePassword(r.Context(), node, r.Header.Get("K3s-Node-Password")); err != nil {
			logrus.Errorf("unable to verify password for node %s: %v", node, err)
			code := http.StatusServiceUnavailable
			if errors.Is(err, errNodePassword) {
				code = http.StatusForbidden
			}
			http.Error(w, err.Error(), code)
			return
		}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	block, _ := pem.Decode(body)
	if err != nil || block == nil {
		http.Error(w, "no certificate request", http.StatusBadRequest)
		return
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || request.CheckSignature() != nil {
		http.Error(w, "bad certificate request", http.StatusBadRequest)
		return
	}
	leaves := map[string]pki.Leaf{
		"client-kubelet":        {CommonName: "system:node:" + node, Organizations: []string{"system:nodes"}},
		"serving-kubelet":       {CommonName: node, Names: append([]string{node, "localhost", "127.0.0.1"}, addresses...)},
		"client-kube-proxy":     {CommonName: "system:kube-proxy"},
		"client-k3s-controller": {CommonName: "system:k3s-controller"},
	}
	ca := s.dir("tls/client-ca")
	if name == "serving-kubelet" {
		ca = s.dir("tls/server-ca")
	}
	w.Write(pki.Sign(ca, request.PublicKey, leaves[name]))
}

// checkNodePassword compares with the node's Secret, or makes it.
func (s *Server) checkNodePassword(ctx context.Context, node, password string) error {
	if node == "" || password == "" {
		return errors.New("node name or password not set")
	}
	sum := sha256.Sum256([]byte(node + password))
	hash := hex.EncodeToString(sum[:])
	secrets, name := s.client(apiLimit).CoreV1().Secrets("kube-system"), node+".node-password.k3s"
	old, err := secrets.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		immutable := true
		_, err = secrets.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}, Immutable: &immutable,
			StringData: map[string]string{"hash": hash}}, metav1.CreateOptions{})
		return err
	}
	if err == nil && string(old.Data["hash"]) != hash {
		return errNodePassword
	}
	return err
}
