package config

import (
	"crypto/rand"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/sirupsen/logrus"
)

func (c *Config) nodeName() string {
	name := c.Text("node-name")
	if name == "" {
		name, _ = os.Hostname()
	}
	if c.On("with-node-id") {
		name += "-" + nodeID("/etc/rancher/node/id")
	}
	return strings.ToLower(name)
}

// nodeID is chosen once and kept.
func nodeID(file string) string {
	if content, err := os.ReadFile(file); err == nil {
		return strings.TrimSpace(string(content))
	}
	random := make([]byte, 4)
	rand.Read(random)
	id := hex.EncodeToString(random)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		logrus.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(id+"\n"), 0o644); err != nil {
		logrus.Fatal(err)
	}
	return id
}

func (c *Config) nodeIP() string {
	if given := c.List("node-ip"); len(given) > 0 {
		return given[0]
	}
	// The address of the interface that holds the default route; no packet is sent.
	if conn, err := net.Dial("udp4", "192.0.2.1:9"); err == nil {
		defer conn.Close()
		return conn.LocalAddr().(*net.UDPAddr).IP.String()
	}
	logrus.Fatal("unable to select an IP from default routes.")
	return ""
}
