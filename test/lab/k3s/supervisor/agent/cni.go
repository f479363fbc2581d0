package agent

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lab/k3s/pki"
)

// writeCNIConfig does the flannel CNI plugin's part: a bridge on the subnet that flannel leased.
func (a *Agent) writeCNIConfig() error {
	file := filepath.Join(a.cniDir(), "10-flannel.conflist")
	if own := a.Text("flannel-cni-conf"); own != "" {
		content, err := os.ReadFile(own)
		pki.Must(err, "flannel-cni-conf")
		pki.WriteFile(file, content, 0o600)
		return nil
	}
	content, err := os.ReadFile(subnetFile)
	if err != nil {
		return err
	}
	lease := map[string]string{}
	for _, line := range strings.Split(string(content), "\n") {
		if key, value, ok := strings.Cut(line, "="); ok {
			lease[key] = value
		}
	}
	_, subnet, err := net.ParseCIDR(lease["FLANNEL_SUBNET"]) // there it is the gateway's address: 10.42.0.1/24
	if err != nil {
		return err
	}
	mtu, err := strconv.Atoi(lease["FLANNEL_MTU"])
	if err != nil {
		return err
	}
	pki.WriteFile(file, asJSON(object{"name": "cbr0", "cniVersion": "1.0.0", "plugins": []object{
		{"type": "bridge", "bridge": "cni0", "mtu": mtu, "isGateway": true, "isDefaultGateway": true, "hairpinMode": true, "forceAddress": true,
			"ipMasq": false, "ipam": object{"type": "host-local", "ranges": [][]object{{{"subnet": subnet.String()}}},
				"routes": []object{{"dst": a.node.ClusterCIDR}}, "dataDir": "/var/lib/cni/networks"}},
		{"type": "portmap", "capabilities": object{"portMappings": true}},
		{"type": "bandwidth", "capabilities": object{"bandwidth": true}},
	}}), 0o600)
	return nil
}
