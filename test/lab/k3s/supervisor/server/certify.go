package server

import (
	"net"
	"os"
	"os/user"
	"strconv"

	"lab/k3s/pki"
)

// certify issues this server's own certificates and kubeconfigs.
func (s *Server) certify() {
	tls := func(name string) string { return s.dir("tls", name) }
	names := s.names()
	masters := []string{"system:masters"}
	leaves := map[string]struct {
		ca   string
		leaf pki.Leaf
	}{
		"serving-kube-apiserver":  {"server-ca", pki.Leaf{CommonName: "kube-apiserver", Names: names}},
		"client-admin":            {"client-ca", pki.Leaf{CommonName: "system:admin", Organizations: masters}},
		"client-supervisor":       {"client-ca", pki.Leaf{CommonName: "system:k3s-supervisor", Organizations: masters}},
		"client-controller":       {"client-ca", pki.Leaf{CommonName: "system:kube-controller-manager"}},
		"client-scheduler":        {"client-ca", pki.Leaf{CommonName: "system:kube-scheduler"}},
		"client-kube-apiserver":   {"client-ca", pki.Leaf{CommonName: "system:apiserver", Organizations: masters}},
		"client-auth-proxy":       {"request-header-ca", pki.Leaf{CommonName: "system:auth-proxy"}},
		"etcd/server-client":      {"etcd/server-ca", pki.Leaf{CommonName: "etcd-server", Names: names}},
		"etcd/client":             {"etcd/server-ca", pki.Leaf{CommonName: "etcd-client"}},
		"etcd/peer-server-client": {"etcd/peer-ca", pki.Leaf{CommonName: "etcd-peer", Names: names}},
	}
	for name, l := range leaves {
		pki.Issue(tls(name), tls(l.ca), l.leaf, false)
	}
	// What 6443 shows keeps its names until `k3s certificate rotate`: a tls-san added later is not in it.
	pki.Issue(tls("listener"), tls("server-ca"), pki.Leaf{CommonName: "k3s", Organizations: []string{"k3s"}, Names: names}, true)
	s.writeKubeconfigs()
}

func (s *Server) names() []string {
	host, _ := os.Hostname()
	names := []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + s.Text("cluster-domain"),
		"localhost", "127.0.0.1", "::1", apiserverIP, host, s.NodeName, s.NodeIP, s.Text("advertise-address"), firstIP(s.Text("service-cidr"))}
	names = append(names, s.List("tls-san")...)
	names = append(names, s.List("node-external-ip")...)
	names = append(names, s.List("node-internal-dns")...)
	return append(names, s.List("node-external-dns")...)
}

func (s *Server) writeKubeconfigs() {
	mode, err := strconv.ParseUint(s.Text("write-kubeconfig-mode"), 8, 32)
	pki.Must(err, "write-kubeconfig-mode")
	file := s.Text("write-kubeconfig")
	admin := pki.Kubeconfig{Server: s.local(), CA: s.dir("tls/server-ca.crt"), CertificateBase: s.dir("tls/client-admin"), Inline: true}
	admin.Write(file, os.FileMode(mode))
	if name := s.Text("write-kubeconfig-group"); name != "" {
		group, err := user.LookupGroup(name)
		pki.Must(err, "write-kubeconfig-group")
		id, err := strconv.Atoi(group.Gid)
		pki.Must(err, "write-kubeconfig-group")
		pki.Must(os.Chown(file, -1, id), "write-kubeconfig-group")
	}
	for _, who := range []string{"admin", "supervisor", "controller", "scheduler"} {
		own := pki.Kubeconfig{Server: s.local(), CA: s.dir("tls/server-ca.crt"), CertificateBase: s.dir("tls/client-" + who)}
		own.Write(s.dir("cred", who+".kubeconfig"), 0o600)
	}
}

// firstIP is the address of the `kubernetes` service: the first one of the service network.
func firstIP(cidr string) string {
	_, network, err := net.ParseCIDR(cidr)
	pki.Must(err, "service-cidr")
	ip := network.IP.To4()
	return net.IPv4(ip[0], ip[1], ip[2], ip[3]+1).String()
}
