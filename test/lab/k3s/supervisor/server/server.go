// Package server is the control half: what servers share, the supervisor on 6443, the control plane behind it.
package server

import (
	"context"
	"net/http/httputil"
	"time"

	"github.com/sirupsen/logrus"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"lab/k3s/agent"
	"lab/k3s/config"
	"lab/k3s/etcd"
	"lab/k3s/pki"
	"lab/k3s/process"
)

// Server is this machine's server half.
type Server struct {
	*config.Config
	token, agentToken string                 // secrets, without the CA's hash
	certified         *httputil.ReverseProxy // to the API server, for verified client certificates
	plain             *httputil.ReverseProxy // to the API server, for bearer tokens and strangers
	member            *etcd.Member
}

func (s *Server) dir(parts ...string) string {
	return s.Path(append([]string{"server"}, parts...)...)
}

// hasAPI tells whether this server runs an API server; one that does not is etcd-only.
func (s *Server) hasAPI() bool { return !s.On("disable-apiserver") }

// local is where this machine's own clients find an API server.
func (s *Server) local() string {
	if s.hasAPI() {
		return "https://127.0.0.1:" + s.Text("https-listen-port")
	}
	return "https://127.0.0.1:" + s.Text("lb-server-port")
}

// Command is `k3s server`.
func Command(c *config.Config) {
	c.Warn()
	s := &Server{Config: c, member: &etcd.Member{Config: c}}
	if c.On("cluster-reset") {
		s.member.Reset()
		return
	}
	s.share()
	s.certify()
	s.listen()
	node := s.node()
	if !s.On("disable-agent") {
		node.StartRuntime()
	}
	s.member.Start()
	if s.hasAPI() {
		s.startAPIServer()
		process.Retry(100*time.Millisecond, "apiserver", s.readiness())
		logrus.Info("Kube API server is now running")
		s.startControllers()
		s.afterReady()
		go s.deployManifests()
	} else {
		go func() {
			process.Retry(300*time.Millisecond, "apiserver", s.readiness())
			s.afterReady()
		}()
	}
	logrus.Info("k3s is up and running")
	process.NotifyReady()
	if !s.On("disable-agent") {
		node.Run(func() pki.Token { return pki.ReadToken(s.dir("agent-token")) })
	}
	select {}
}

// node is this machine's agent half.
func (s *Server) node() *agent.Agent {
	first := s.local()
	if !s.hasAPI() {
		first = s.Text("server") // our own front has no API server behind it
	}
	node := agent.New(s.Config, first)
	node.Balancer.Serve("127.0.0.1:" + s.Text("lb-server-port"))
	return node
}

// afterReady starts what needs an API server.
func (s *Server) afterReady() {
	go s.labelOwnNode()
	go s.forgetDeletedNodes()
}

// restConfig is for the supervisor's own calls; a zero limit is for watches.
func (s *Server) restConfig(limit time.Duration) *rest.Config {
	config, err := clientcmd.BuildConfigFromFlags("", s.dir("cred/supervisor.kubeconfig"))
	pki.Must(err, "supervisor kubeconfig")
	config.Timeout, config.QPS, config.Burst = limit, 50, 100
	return config
}

func (s *Server) client(limit time.Duration) *kubernetes.Clientset {
	client, err := kubernetes.NewForConfig(s.restConfig(limit))
	pki.Must(err, "client")
	return client
}

// readiness makes the question "is an API server ready?".
func (s *Server) readiness() func() error {
	client := s.client(5 * time.Second).Discovery().RESTClient()
	return func() error {
		_, err := client.Get().AbsPath("/readyz").DoRaw(context.Background())
		return err
	}
}
