package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/sirupsen/logrus"

	"lab/k3s/pki"
	"lab/k3s/process"
)

const subnetFile = "/run/flannel/subnet.env"

func (a *Agent) cniDir() string { return a.dir("etc/cni/net.d") }

// startNetwork runs kube-proxy and flannel, and tells the runtime of the node's pod subnet.
func (a *Agent) startNetwork() {
	if !a.node.DisableKubeProxy {
		process.Start(process.Component{Name: "kube-proxy", Restart: true, Extra: a.List("kube-proxy-arg"), Arguments: process.Flags(map[string]string{
			"kubeconfig": a.dir("kubeproxy.kubeconfig"), "cluster-cidr": a.node.ClusterCIDR, "hostname-override": a.NodeName, "proxy-mode": "iptables",
			"healthz-bind-address": "127.0.0.1", "metrics-bind-address": "127.0.0.1:10249", "v": a.Text("v"),
			// A lab node may neither lower its oom score nor write conntrack's sysctls.
			"oom-score-adj": "0", "conntrack-max-per-core": "0", "conntrack-tcp-timeout-established": "0s", "conntrack-tcp-timeout-close-wait": "0s"})})
	}
	if a.node.FlannelBackend == "none" {
		return
	}
	public := a.NodeIP
	if external := a.List("node-external-ip"); a.node.FlannelExternalIP && len(external) > 0 {
		public = external[0]
	}
	device := a.NodeIP
	if name := a.Text("flannel-iface"); name != "" {
		device = name
	}
	pki.Must(os.MkdirAll(filepath.Dir(subnetFile), 0o755), "flannel")
	os.Remove(subnetFile)
	watcher, err := fsnotify.NewWatcher()
	pki.Must(err, "flannel")
	pki.Must(watcher.Add(filepath.Dir(subnetFile)), "flannel")
	process.Start(process.Component{Name: "flanneld", Path: process.Bundled("flanneld"), Restart: true, Environment: []string{"NODE_NAME=" + a.NodeName},
		Arguments: process.Flags(map[string]string{"kubeconfig-file": a.dir("k3scontroller.kubeconfig"), "net-config-path": a.flannelConfig(),
			"subnet-file": subnetFile, "public-ip": public, "iface": device})})
	for a.writeCNIConfig() != nil {
		select {
		case <-watcher.Events:
		case <-time.After(time.Second):
		}
	}
	watcher.Close()
	logrus.Infof("Flannel found PodCIDR assigned for node %s", a.NodeName)
}

func (a *Agent) flannelConfig() string {
	if file := a.Text("flannel-conf"); file != "" {
		return file
	}
	backend := fmt.Sprintf(`{"Type": %q}`, a.node.FlannelBackend)
	if a.node.FlannelBackend == "vxlan" {
		backend = `{"Type": "vxlan", "VNI": 1, "Port": 8472}`
	}
	file := a.dir("etc/flannel/net-conf.json")
	pki.WriteFile(file, fmt.Appendf(nil, "{\"Network\": %q, \"EnableIPv4\": true, \"EnableIPv6\": false, \"Backend\": %s}\n",
		a.node.ClusterCIDR, backend), 0o600)
	return file
}
