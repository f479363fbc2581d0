package config

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/sirupsen/logrus"
)

// Config is the merged configuration of one `k3s server` or `k3s agent`.
type Config struct {
	Command string // server or agent
	values  map[string][]string

	DataDir, NodeName, NodeIP string
}

// Load merges environment, config files and arguments, the later ones winning. Faults are fatal.
func Load(command string, arguments []string) *Config {
	given := parseArguments(command, arguments)
	c := &Config{Command: command, values: map[string][]string{}}
	for name, f := range flags {
		if value := os.Getenv(f.environment); f.environment != "" && value != "" && known(command, name) {
			c.values[name] = []string{value}
		}
	}
	file := c.Text("config")
	if v := given["config"]; len(v) > 0 {
		file = v[0]
	}
	for name, values := range readFiles(command, file) {
		c.values[name] = values
	}
	for name, values := range given {
		c.values[name] = values
	}
	c.DataDir = c.Text("data-dir")
	c.readSecretFiles()
	c.NodeName = c.nodeName()
	c.NodeIP = c.nodeIP()
	if c.On("debug") {
		logrus.SetLevel(logrus.DebugLevel)
	}
	return c
}

// Warn says in the log which flags this stand-in accepts without effect, and dies of those it cannot honour.
func (c *Config) Warn() {
	names := make([]string, 0, len(c.values))
	for name := range c.values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if c.Text(name) == flags[name].preset || c.Text(name) == "false" {
			continue
		}
		switch flags[name].effect {
		case "inert":
			logrus.Warnf("Flag --%s is accepted by the lab stand-in but has no effect here", name)
		case "refused":
			logrus.Fatalf("flag --%s is not part of the lab stand-in: use a real k3s (EDGECTL_LAB_K3S)", name)
		}
	}
}

// Text is a flag's last value, or its default.
func (c *Config) Text(name string) string {
	if v := c.values[name]; len(v) > 0 {
		return v[len(v)-1]
	}
	return flags[name].preset
}

// On tells whether a switch is set.
func (c *Config) On(name string) bool { return c.Text(name) == "true" }

// List gives a repeatable flag's values; comma lists are split, except for component arguments.
func (c *Config) List(name string) (out []string) {
	for _, v := range c.values[name] {
		if strings.HasSuffix(name, "-arg") {
			out = append(out, v)
			continue
		}
		for _, part := range strings.Split(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// Path is a path below the data directory.
func (c *Config) Path(parts ...string) string {
	return filepath.Join(append([]string{c.DataDir}, parts...)...)
}

// Disabled tells whether a packaged component (coredns, …) is switched off.
func (c *Config) Disabled(component string) bool {
	for _, d := range c.List("disable") {
		if d == component {
			return true
		}
	}
	return false
}

func (c *Config) readSecretFiles() {
	for _, name := range []string{"token", "agent-token"} {
		file := c.Text(name + "-file")
		if file == "" || c.Text(name) != "" {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			logrus.Fatalf("reading %s-file: %v", name, err)
		}
		c.values[name] = []string{strings.TrimSpace(string(content))}
	}
}
