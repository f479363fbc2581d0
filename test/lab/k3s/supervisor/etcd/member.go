// Package etcd runs this server's etcd member: membership, snapshots, and the way into an existing cluster.
package etcd

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"

	"lab/k3s/config"
	"lab/k3s/pki"
	"lab/k3s/process"
)

// local is the member's own client address; a kubelet or a person never sees another.
const local = "https://127.0.0.1:2379"

// Member is this server's etcd member.
type Member struct {
	*config.Config
}

func (m *Member) dir(parts ...string) string {
	return m.Path(append([]string{"server"}, parts...)...)
}

func (m *Member) peer() string { return "https://" + m.NodeIP + ":2380" }

// Clustered tells whether other servers may join. Without cluster-init or server a real k3s keeps its data
// in sqlite; here it is an etcd that listens on the loopback address only.
func Clustered(c *config.Config) bool {
	if c.On("cluster-init") || c.Text("server") != "" {
		return true
	}
	_, err := os.Stat(c.Path("server/db/clustered"))
	return err == nil
}

// Start starts the member as it was, as a new cluster, or as a learner to be promoted, and returns when it serves.
func (m *Member) Start() {
	_ = os.Remove(m.resetFlag())
	joined := true
	if _, err := os.Stat(m.dir("db/etcd/member")); err != nil {
		joined = false
	}
	name := m.name()
	arguments := m.arguments(name)
	joining := !joined && m.Text("server") != ""
	switch {
	case joining:
		arguments["initial-cluster"], arguments["initial-cluster-state"] = m.addLearner(name), "existing"
	case !joined:
		arguments["initial-cluster"], arguments["initial-cluster-state"] = name+"="+m.peer(), "new"
	}
	if Clustered(m.Config) {
		pki.WriteFile(m.dir("db/clustered"), nil, 0o600)
	}
	restart := process.Start(process.Component{Name: "etcd", Arguments: process.Flags(arguments), Extra: m.List("etcd-arg")})
	if joining {
		m.catchUp(restart)
		m.promoteSelf()
	}
	process.Retry(100*time.Millisecond, "etcd", m.serving)
	logrus.Info("ETCD server is now running")
	go m.tend()
	m.scheduleSnapshots()
}

func (m *Member) name() string {
	file := m.dir("db/etcd/name")
	if content, err := os.ReadFile(file); err == nil {
		return string(content)
	}
	name := m.NodeName + "-" + pki.RandomHex(4)
	pki.WriteFile(file, []byte(name), 0o600)
	pki.Must(os.Chmod(filepath.Dir(file), 0o700), "chmod")
	return name
}

func (m *Member) arguments(name string) map[string]string {
	tls := func(file string) string { return m.dir("tls/etcd", file) }
	arguments := map[string]string{
		"name": name, "data-dir": m.dir("db/etcd"),
		"listen-client-urls": local, "advertise-client-urls": local,
		"listen-peer-urls": "https://127.0.0.1:2380", "initial-advertise-peer-urls": m.peer(),
		"listen-metrics-urls": "http://127.0.0.1:2381",
		"client-cert-auth":    "true", "trusted-ca-file": tls("server-ca.crt"),
		"cert-file": tls("server-client.crt"), "key-file": tls("server-client.key"),
		"peer-client-cert-auth": "true", "peer-trusted-ca-file": tls("peer-ca.crt"),
		"peer-cert-file": tls("peer-server-client.crt"), "peer-key-file": tls("peer-server-client.key"),
		"heartbeat-interval": "500", "election-timeout": "5000", // as real k3s
		"snapshot-count": "10000", "log-level": "warn",
	}
	if Clustered(m.Config) {
		client := "https://" + m.NodeIP + ":2379"
		arguments["listen-client-urls"], arguments["advertise-client-urls"] = local+","+client, client
		arguments["listen-peer-urls"] += "," + m.peer()
	}
	if m.On("etcd-expose-metrics") {
		arguments["listen-metrics-urls"] += ",http://" + m.NodeIP + ":2381"
	}
	if process.InContainer() {
		arguments["unsafe-no-fsync"] = "true"
	}
	return arguments
}

// serving tells whether the member answers reads.
func (m *Member) serving() error {
	if err := healthy(); err != nil {
		if campaign := m.campaign(); campaign != nil {
			return campaign
		}
		return err
	}
	return m.with(local, 2*time.Second, func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.Get(ctx, "health")
		return err
	})
}

// healthy asks on the metrics port, which answers before there is a leader; the client port does not.
func healthy() error {
	response, err := (&http.Client{Timeout: time.Second}).Get("http://127.0.0.1:2381/health")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New("no leader yet")
	}
	return nil
}

func (m *Member) joinEndpoint() string {
	u, err := url.Parse(m.Text("server"))
	pki.Must(err, "--server")
	return "https://" + u.Hostname() + ":2379"
}
