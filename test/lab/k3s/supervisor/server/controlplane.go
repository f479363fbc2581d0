package server

import (
	"os"

	"lab/k3s/process"
)

func (s *Server) startAPIServer() {
	tls := func(name string) string { return s.dir("tls", name) }
	advertise := s.NodeIP
	for _, address := range append(s.List("node-external-ip"), s.List("advertise-address")...) {
		advertise = address
	}
	arguments := map[string]string{
		"advertise-address": advertise, "bind-address": apiserverIP, "secure-port": s.Text("https-listen-port"), "permit-port-sharing": "true",
		"allow-privileged": "true", "anonymous-auth": "false", "authorization-mode": "Node,RBAC", "enable-admission-plugins": "NodeRestriction",
		"enable-bootstrap-token-auth": "true",
		"client-ca-file":              tls("client-ca.crt"), "tls-cert-file": tls("serving-kube-apiserver.crt"), "tls-private-key-file": tls("serving-kube-apiserver.key"),
		"etcd-servers": "https://127.0.0.1:2379", "etcd-cafile": tls("etcd/server-ca.crt"), "etcd-certfile": tls("etcd/client.crt"), "etcd-keyfile": tls("etcd/client.key"),
		"kubelet-certificate-authority": tls("server-ca.crt"), "kubelet-client-certificate": tls("client-kube-apiserver.crt"),
		"kubelet-client-key": tls("client-kube-apiserver.key"), "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
		"requestheader-client-ca-file": tls("request-header-ca.crt"), "requestheader-allowed-names": "system:auth-proxy",
		"requestheader-username-headers": "X-Remote-User", "requestheader-group-headers": "X-Remote-Group", "requestheader-extra-headers-prefix": "X-Remote-Extra-",
		"proxy-client-cert-file": tls("client-auth-proxy.crt"), "proxy-client-key-file": tls("client-auth-proxy.key"),
		"service-account-issuer":   "https://kubernetes.default.svc." + s.Text("cluster-domain"),
		"service-account-key-file": tls("service.key"), "service-account-signing-key-file": tls("service.key"),
		"service-cluster-ip-range": s.Text("service-cidr"), "service-node-port-range": s.Text("service-node-port-range"),
		"profiling": "false", "v": s.Text("v"),
	}
	if _, err := os.Stat(s.dir(encryptionFile)); err == nil {
		arguments["encryption-provider-config"] = s.dir(encryptionFile)
	}
	process.Start(process.Component{Name: "kube-apiserver", Arguments: process.Flags(arguments), Extra: s.List("kube-apiserver-arg")})
}

func (s *Server) startControllers() {
	if !s.On("disable-controller-manager") {
		kubeconfig := s.dir("cred/controller.kubeconfig")
		process.Start(process.Component{Name: "kube-controller-manager", Extra: s.List("kube-controller-manager-arg"), Arguments: process.Flags(map[string]string{
			"kubeconfig": kubeconfig, "authentication-kubeconfig": kubeconfig, "authorization-kubeconfig": kubeconfig,
			"bind-address": "127.0.0.1", "secure-port": "10257", "controllers": "*,tokencleaner",
			"allocate-node-cidrs": "true", "cluster-cidr": s.Text("cluster-cidr"), "service-cluster-ip-range": s.Text("service-cidr"),
			"cluster-signing-cert-file": s.dir("tls/client-ca.crt"), "cluster-signing-key-file": s.dir("tls/client-ca.key"), "root-ca-file": s.dir("tls/server-ca.crt"),
			"service-account-private-key-file": s.dir("tls/service.key"), "use-service-account-credentials": "true", "profiling": "false", "v": s.Text("v")})})
	}
	if !s.On("disable-scheduler") {
		kubeconfig := s.dir("cred/scheduler.kubeconfig")
		process.Start(process.Component{Name: "kube-scheduler", Extra: s.List("kube-scheduler-arg"), Arguments: process.Flags(map[string]string{
			"kubeconfig": kubeconfig, "authentication-kubeconfig": kubeconfig, "authorization-kubeconfig": kubeconfig,
			"bind-address": "127.0.0.1", "secure-port": "10259", "profiling": "false", "v": s.Text("v")})})
	}
}
