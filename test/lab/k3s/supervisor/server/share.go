package server

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"lab/k3s/etcd"
	"lab/k3s/join"
	"lab/k3s/pki"
)

// authorities are the cluster's CAs below server/tls, with the names that k3s gives those it makes itself.
var authorities = map[string]string{
	"server-ca": "k3s-server-ca", "client-ca": "k3s-client-ca", "request-header-ca": "k3s-request-header-ca",
	"etcd/server-ca": "etcd-server-ca", "etcd/peer-ca": "etcd-peer-ca",
}

const encryptionFile = "cred/encryption-config.json"

// sharedFiles are what every server must have alike; a joining server fetches them.
func sharedFiles() []string {
	files := []string{"tls/service.key", encryptionFile}
	for base := range authorities {
		files = append(files, "tls/"+base+".crt", "tls/"+base+".key")
	}
	return files
}

// bootstrap is what a joining server is given.
type bootstrap struct {
	Files    map[string]string // below the server's folder
	Critical map[string]string // what must be alike on all servers
}

// share makes or fetches what all servers share: token, CAs, the service accounts' key, the encryption key.
func (s *Server) share() {
	given, known := pki.ParseToken(s.Text("token")), pki.ReadToken(s.dir("token"))
	switch {
	case known.Secret != "" && given.Secret != "" && given.Secret != known.Secret:
		logrus.Fatal("starting kubernetes: preparing server: bootstrap data already found and encrypted with different token")
	case known.Secret != "":
		given.Secret = known.Secret
	case s.Text("server") != "":
		if given.Secret == "" {
			logrus.Fatal("--token is required to join a cluster")
		}
		s.fetch(given)
	case given.Secret == "":
		given.Secret = pki.RandomHex(16)
	}
	s.token, s.agentToken = given.Secret, given.Secret
	if text := s.Text("agent-token"); text != "" {
		s.agentToken = pki.ParseToken(text).Secret
	}
	for base, commonName := range authorities {
		pki.EnsureCA(s.dir("tls", base), commonName)
	}
	if _, err := os.Stat(s.dir("tls/service.key")); err != nil {
		_, keyPEM := pki.NewKey()
		pki.WriteFile(s.dir("tls/service.key"), keyPEM, 0o600)
	}
	if _, err := os.Stat(s.dir(encryptionFile)); err != nil && s.On("secrets-encryption") {
		pki.WriteFile(s.dir(encryptionFile), encryptionConfiguration(), 0o600)
	}
	s.writeTokens()
}

func (s *Server) writeTokens() {
	ca, err := os.ReadFile(s.dir("tls/server-ca.crt"))
	pki.Must(err, "server CA")
	pki.WriteFile(s.dir("token"), []byte(pki.FormatToken(ca, "server:"+s.token)+"\n"), 0o600)
	links := []string{"node-token", "agent-token"}
	if s.Text("agent-token") != "" {
		links = links[:1]
		os.Remove(s.dir("agent-token"))
		pki.WriteFile(s.dir("agent-token"), []byte(pki.FormatToken(ca, "node:"+s.agentToken)+"\n"), 0o600)
	}
	for _, link := range links {
		os.Remove(s.dir(link))
		pki.Must(os.Symlink(s.dir("token"), s.dir(link)), link)
	}
	pki.Must(os.Chmod(s.dir(), 0o700), "chmod")
	logrus.Infof("Server node token is available at %s", s.dir("token"))
	logrus.Infof("Agent node token is available at %s", s.dir("agent-token"))
}

// fetch copies what servers share from the cluster that this one joins.
func (s *Server) fetch(token pki.Token) {
	server := s.Text("server")
	var body []byte
	for said := ""; ; time.Sleep(500 * time.Millisecond) {
		client, err := join.Connect(server, "server", token)
		if err == nil {
			body, err = client.Get("/v1-k3s/server-bootstrap")
		}
		if err == nil {
			break
		}
		if errors.Is(err, join.ErrCAMismatch) || join.HasStatus(err, http.StatusUnauthorized) || join.HasStatus(err, http.StatusForbidden) ||
			join.HasStatus(err, http.StatusConflict) || !strings.HasPrefix(server, "https://") {
			logrus.Fatalf("starting kubernetes: preparing server: %v", err)
		}
		if err.Error() != said {
			logrus.Warnf("Waiting for %s: %v", server, err)
			said = err.Error()
		}
	}
	var answer bootstrap
	pki.Must(json.Unmarshal(body, &answer), "starting kubernetes: preparing server")
	if differing := differences(answer.Critical, s.critical()); len(differing) > 0 {
		logrus.Fatalf("starting kubernetes: preparing server: failed to validate server configuration: critical configuration value mismatch between servers: %s",
			strings.Join(differing, ", "))
	}
	for name, content := range answer.Files {
		pki.WriteFile(s.dir(name), []byte(content), 0o600)
	}
}

// serveBootstrap answers fetch.
func (s *Server) serveBootstrap(w http.ResponseWriter, _ *http.Request) {
	if !etcd.Clustered(s.Config) {
		http.Error(w, "this server keeps its data for itself: start it with --cluster-init", http.StatusConflict)
		return
	}
	files := map[string]string{}
	for _, name := range sharedFiles() {
		if content, err := os.ReadFile(s.dir(name)); err == nil {
			files[name] = string(content)
		}
	}
	json.NewEncoder(w).Encode(bootstrap{files, s.critical()})
}

func encryptionConfiguration() []byte {
	type object = map[string]any
	secret := base64.StdEncoding.EncodeToString([]byte(pki.RandomHex(16)))
	content, err := json.Marshal(object{"kind": "EncryptionConfiguration", "apiVersion": "apiserver.config.k8s.io/v1",
		"resources": []object{{"resources": []string{"secrets"}, "providers": []object{
			{"aescbc": object{"keys": []object{{"name": "aescbckey", "secret": secret}}}}, {"identity": object{}}}}}})
	pki.Must(err, "encryption configuration")
	return content
}
