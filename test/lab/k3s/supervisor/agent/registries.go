package agent

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"lab/k3s/pki"
)

// registries is /etc/rancher/k3s/registries.yaml.
type registries struct {
	Mirrors map[string]mirror         `json:"mirrors"`
	Configs map[string]registryConfig `json:"configs"`
}

type mirror struct {
	Endpoint []string          `json:"endpoint"`
	Rewrite  map[string]string `json:"rewrite"`
}

type registryConfig struct {
	Auth *struct{ Username, Password, Token, Auth string } `json:"auth"`
	TLS  *struct {
		CA       string `json:"ca_file"`
		Cert     string `json:"cert_file"`
		Key      string `json:"key_file"`
		Insecure bool   `json:"insecure_skip_verify"`
	} `json:"tls"`
}

// writeRegistries turns registries.yaml into containerd's hosts.toml files.
func (a *Agent) writeRegistries(dir string) {
	pki.Must(os.RemoveAll(dir), "registries")
	file := a.Text("private-registry")
	content, err := os.ReadFile(file)
	if err != nil {
		return
	}
	var r registries
	pki.Must(yaml.UnmarshalStrict(content, &r), "failed to parse "+file)
	hosts := map[string]mirror{}
	for host := range r.Configs {
		if host != "*" {
			hosts[host] = mirror{Endpoint: []string{"https://" + host}}
		}
	}
	for host, m := range r.Mirrors {
		hosts[host] = m
	}
	for host, m := range hosts {
		text := r.hosts(host, m, a.On("disable-default-registry-endpoint"))
		if host == "*" {
			host = "_default"
		}
		pki.WriteFile(filepath.Join(dir, host, "hosts.toml"), []byte(text), 0o600)
	}
}

func (r registries) hosts(host string, m mirror, noDefault bool) string {
	var out strings.Builder
	if noDefault && len(m.Endpoint) > 0 {
		fmt.Fprintf(&out, "server = %q\n", m.Endpoint[0])
	} else if host != "*" {
		fmt.Fprintf(&out, "server = %q\n", "https://"+host)
	}
	for _, endpoint := range m.Endpoint {
		u, err := url.Parse(endpoint)
		pki.Must(err, "registry endpoint")
		if u.Path == "" {
			u.Path = "/v2"
		}
		fmt.Fprintf(&out, "[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", u.String())
		c := r.Configs[u.Host]
		if c.TLS != nil {
			fmt.Fprintf(&out, "  skip_verify = %v\n", c.TLS.Insecure)
			if c.TLS.CA != "" {
				fmt.Fprintf(&out, "  ca = [%q]\n", c.TLS.CA)
			}
			if c.TLS.Cert != "" {
				fmt.Fprintf(&out, "  client = [[%q, %q]]\n", c.TLS.Cert, c.TLS.Key)
			}
		}
		if c.Auth != nil {
			credentials := c.Auth.Auth
			if credentials == "" {
				credentials = base64.StdEncoding.EncodeToString([]byte(c.Auth.Username + ":" + c.Auth.Password))
			}
			fmt.Fprintf(&out, "  [host.%q.header]\n    Authorization = [\"Basic %s\"]\n", u.String(), credentials)
		}
	}
	return out.String()
}
