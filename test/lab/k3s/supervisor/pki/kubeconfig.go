package pki

import (
	"encoding/base64"
	"fmt"
	"os"
)

// Kubeconfig says who talks to which server, and how.
type Kubeconfig struct {
	Server, CA, CertificateBase string // CertificateBase: path without .crt/.key
	Inline                      bool   // put the files' content into the kubeconfig
}

// Write puts the kubeconfig into a file of the given mode. Errors are fatal.
func (k Kubeconfig) Write(file string, mode os.FileMode) {
	field := func(name, path string) string {
		if !k.Inline {
			return name + ": " + path
		}
		content, err := os.ReadFile(path)
		Must(err, "kubeconfig")
		return name + "-data: " + base64.StdEncoding.EncodeToString(content)
	}
	WriteFile(file, fmt.Appendf(nil, `apiVersion: v1
clusters:
- cluster:
    %s
    server: %s
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {}
users:
- name: default
  user:
    %s
    %s
`, field("certificate-authority", k.CA), k.Server, field("client-certificate", k.CertificateBase+".crt"), field("client-key", k.CertificateBase+".key")), mode)
}
