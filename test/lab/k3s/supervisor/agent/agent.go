// Package agent makes this machine a node: container runtime, images, kubelet, network.
package agent

import (
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"lab/k3s/balancer"
	"lab/k3s/config"
	"lab/k3s/join"
	"lab/k3s/pki"
	"lab/k3s/process"
)

// NodeConfig is what a server tells its nodes at /v1-k3s/config.
type NodeConfig struct {
	ClusterCIDR, ServiceCIDR, ClusterDNS, ClusterDomain, FlannelBackend string
	FlannelExternalIP, DisableKubeProxy                                 bool
}

// Agent is this machine's node half.
type Agent struct {
	*config.Config
	Balancer *balancer.Balancer

	supervisor string // where the join requests go
	node       NodeConfig
	runtime    chan struct{} // closed when the container runtime runs and the images are in
}

// New makes the agent of a machine whose first known server is given (URL).
func New(c *config.Config, server string) *Agent {
	first := ""
	if server != "" {
		first = join.HostPort(server)
	}
	return &Agent{Config: c, runtime: make(chan struct{}),
		supervisor: "https://127.0.0.1:" + c.Text("lb-server-port"),
		Balancer:   balancer.New(c.Path("agent/etc/k3s-agent-load-balancer.json"), first)}
}

func (a *Agent) dir(parts ...string) string {
	return a.Path(append([]string{"agent"}, parts...)...)
}

// Command is `k3s agent`.
func Command(c *config.Config) {
	c.Warn()
	server := c.Text("server")
	switch {
	case c.Text("token") == "":
		logrus.Fatal("--token is required")
	case server == "":
		logrus.Fatal("--server is required")
	case !strings.HasPrefix(server, "https://"):
		logrus.Fatalf("only https:// URLs are supported, invalid scheme: %s", server)
	}
	a := New(c, server)
	a.Balancer.Serve("127.0.0.1:" + c.Text("lb-server-port"))
	a.StartRuntime()
	a.Run(func() pki.Token { return pki.ParseToken(c.Text("token")) })
	process.NotifyReady()
	logrus.Info("k3s agent is up and running")
	select {}
}

// StartRuntime starts containerd and imports the airgap images, beside whatever else starts.
func (a *Agent) StartRuntime() {
	go func() {
		a.startContainerd()
		a.importAll()
		close(a.runtime)
		a.watchImages()
	}()
}

// Run joins the node with the token and starts the kubelet and the network.
func (a *Agent) Run(token func() pki.Token) {
	password := nodePassword()
	for said := ""; ; time.Sleep(time.Second) {
		err := a.join(token(), password)
		if err == nil {
			break
		}
		if err.Error() != said {
			a.explain(err)
			said = err.Error()
		}
	}
	<-a.runtime
	a.startKubelet()
	go a.startNetwork()
	go a.Balancer.Follow(a.dir("kubeproxy.kubeconfig"))
}

// nodePassword is chosen once per machine; the servers remember its hash.
func nodePassword() string {
	const file = "/etc/rancher/node/password"
	if content, err := os.ReadFile(file); err == nil {
		return strings.TrimSpace(string(content))
	}
	password := pki.RandomHex(16)
	pki.WriteFile(file, []byte(password+"\n"), 0o600)
	return password
}

func asJSON(value any) []byte {
	content, err := json.MarshalIndent(value, "", "  ")
	pki.Must(err, "encoding")
	return append(content, '\n')
}
