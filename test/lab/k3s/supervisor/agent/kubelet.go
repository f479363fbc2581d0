package agent

import (
	"os"
	"strings"

	"lab/k3s/pki"
	"lab/k3s/process"
)

type object = map[string]any

func (a *Agent) startKubelet() {
	file := a.dir("etc/kubelet.conf.d/00-k3s-defaults.conf")
	pki.WriteFile(file, asJSON(a.kubeletConfiguration()), 0o600)
	pki.Must(os.MkdirAll(a.dir("pod-manifests"), 0o755), "mkdir")
	labels := append([]string{"node.kubernetes.io/instance-type=k3s"}, a.List("node-label")...)
	process.Start(process.Component{Name: "kubelet", Extra: a.List("kubelet-arg"), Arguments: process.Flags(map[string]string{
		"config": file, "kubeconfig": a.dir("kubelet.kubeconfig"), "hostname-override": a.NodeName, "node-ip": a.NodeIP,
		"node-labels": strings.Join(labels, ","), "cert-dir": a.dir("kubelet/pki"), "v": a.Text("v")})})
}

func (a *Agent) kubeletConfiguration() object {
	configuration := object{
		"kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1",
		"authentication": object{"anonymous": object{"enabled": false}, "webhook": object{"enabled": true},
			"x509": object{"clientCAFile": a.dir("client-ca.crt")}},
		"authorization": object{"mode": "Webhook"},
		"tlsCertFile":   a.dir("serving-kubelet.crt"), "tlsPrivateKeyFile": a.dir("serving-kubelet.key"),
		"cgroupDriver": "cgroupfs", "failCgroupV1": false,
		"clusterDNS": []string{a.node.ClusterDNS}, "clusterDomain": a.node.ClusterDomain,
		"containerRuntimeEndpoint": "unix://" + Socket, "resolvConf": a.resolvConf(),
		"failSwapOn": false, "serializeImagePulls": false, "healthzBindAddress": "127.0.0.1",
		"staticPodPath": a.dir("pod-manifests"), "providerID": "k3s://" + a.NodeName,
		"protectKernelDefaults":         a.On("protect-kernel-defaults"),
		"evictionHard":                  object{"imagefs.available": "5%", "nodefs.available": "5%"},
		"evictionMinimumReclaim":        object{"imagefs.available": "10%", "nodefs.available": "10%"},
		"localStorageCapacityIsolation": true,
		// A lab node may not lower oom_score_adj, nor raise every limit: refusals become warnings.
		"oomScoreAdj": 0, "featureGates": object{"KubeletInUserNamespace": true},
	}
	if taints := a.taints(); len(taints) > 0 {
		configuration["registerWithTaints"] = taints
	}
	return configuration
}

// resolvConf is the file pods inherit. One with loopback servers only would be no use to them:
// as k3s does, a file with public resolvers takes its place.
func (a *Agent) resolvConf() string {
	if file := a.Text("resolv-conf"); file != "" {
		return file
	}
	const system = "/etc/resolv.conf"
	content, _ := os.ReadFile(system)
	for _, line := range strings.Split(string(content), "\n") {
		field := strings.Fields(line)
		if len(field) > 1 && field[0] == "nameserver" && !strings.HasPrefix(field[1], "127.") && field[1] != "::1" {
			return system
		}
	}
	public := a.dir("etc/resolv.conf")
	pki.WriteFile(public, []byte("nameserver 8.8.8.8\nnameserver 2001:4860:4860::8888\n"), 0o644)
	return public
}

func (a *Agent) taints() (out []object) {
	specs := a.List("node-taint")
	if a.Command == "server" && a.On("disable-apiserver") && a.On("disable-controller-manager") && a.On("disable-scheduler") {
		specs = append(specs, "node-role.kubernetes.io/etcd=true:NoExecute")
	}
	for _, spec := range specs {
		keyValue, effect, _ := strings.Cut(spec, ":")
		key, value, _ := strings.Cut(keyValue, "=")
		out = append(out, object{"key": key, "value": value, "effect": effect})
	}
	return out
}
