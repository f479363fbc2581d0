package server

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"lab/k3s/agent"
)

// routes are the supervisor's paths; everything else is the API server's.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ping", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pong") })
	mux.HandleFunc("/cacerts", s.file("tls/server-ca.crt"))
	mux.HandleFunc("/v1-k3s/client-ca.crt", s.only("node", s.file("tls/client-ca.crt")))
	mux.HandleFunc("/v1-k3s/server-ca.crt", s.only("node", s.file("tls/server-ca.crt")))
	mux.HandleFunc("/v1-k3s/config", s.only("node", s.serveConfig))
	mux.HandleFunc("/v1-k3s/readyz", s.only("node", s.serveReadiness()))
	mux.HandleFunc("/v1-k3s/server-bootstrap", s.only("server", s.serveBootstrap))
	for _, name := range []string{"client-kubelet", "serving-kubelet", "client-kube-proxy", "client-k3s-controller"} {
		mux.HandleFunc("/v1-k3s/"+name+".crt", s.only("node", func(w http.ResponseWriter, r *http.Request) { s.signFor(name, w, r) }))
	}
	mux.HandleFunc("/", s.toAPIServer())
	return mux
}

func (s *Server) file(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, s.dir(name)) }
}

func (s *Server) serveConfig(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(agent.NodeConfig{ClusterCIDR: s.Text("cluster-cidr"), ServiceCIDR: s.Text("service-cidr"),
		ClusterDNS: s.Text("cluster-dns"), ClusterDomain: s.Text("cluster-domain"), FlannelBackend: s.Text("flannel-backend"),
		FlannelExternalIP: s.On("flannel-external-ip"), DisableKubeProxy: s.On("disable-kube-proxy")})
}

func (s *Server) serveReadiness() http.HandlerFunc {
	ready := s.readiness()
	return func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			http.Error(w, "runtime core not ready", http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, "ok")
	}
}

// only lets through the holder of the role's credential: `server:<token>`, or `node:<agent token>` and
// bootstrap tokens for nodes. A wrong secret is 401, the other role's credential 403.
func (s *Server) only(role string, next http.HandlerFunc) http.HandlerFunc {
	secrets := map[string]string{"server": s.token, "node": s.agentToken}
	return func(w http.ResponseWriter, r *http.Request) {
		if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && role == "node" {
			if s.isBootstrapToken(bearer) {
				next(w, r)
				return
			}
		}
		user, password, ok := r.BasicAuth()
		secret, known := secrets[user]
		if !ok || !known || subtle.ConstantTimeCompare([]byte(password), []byte(secret)) != 1 {
			logrus.Errorf("Failed to authenticate request from %s: invalid username/password combination", r.RemoteAddr)
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		if user != role {
			http.Error(w, "Forbidden", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}

// apiLimit bounds the supervisor's own calls while a node waits for their answer.
const apiLimit = 10 * time.Second
