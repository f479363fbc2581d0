package server

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/sirupsen/logrus"

	"lab/k3s/config"
)

// CertificateCommand is `k3s certificate rotate`: it takes this server's leaf certificates away, and the next
// start issues them again.
func CertificateCommand(arguments []string) {
	if len(arguments) == 0 || arguments[0] != "rotate" {
		logrus.Fatal("only `k3s certificate rotate` is part of the lab stand-in")
	}
	s := &Server{Config: config.Load("server", arguments[1:])}
	for _, pattern := range []string{"*.crt", "etcd/*.crt"} {
		files, _ := filepath.Glob(s.dir("tls", pattern))
		for _, file := range files {
			if !strings.HasSuffix(file, "-ca.crt") {
				os.Remove(file)
			}
		}
	}
	logrus.Info("Successfully rotated certificates, please restart k3s server or agent to rotate certificates")
}
