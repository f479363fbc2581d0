// flanneld is flannel's own packages with the Kubernetes subnet manager and two backends (vxlan, host-gw).
// flannel's main would bring every backend, and a cloud's SDK with each.
package main

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/flannel-io/flannel/pkg/backend"
	_ "github.com/flannel-io/flannel/pkg/backend/hostgw"
	_ "github.com/flannel-io/flannel/pkg/backend/vxlan"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/ipmatch"
	"github.com/flannel-io/flannel/pkg/subnet"
	"github.com/flannel-io/flannel/pkg/subnet/kube"
	"github.com/flannel-io/flannel/pkg/trafficmngr/iptables"
	log "k8s.io/klog/v2"
)

// resync: each pass over the iptables rules runs a dozen programs, dear on an emulated board.
const resync = 60

func main() {
	kubeconfig := flag.String("kubeconfig-file", "", "who to be")
	settings := flag.String("net-config-path", "", "net-conf.json")
	subnetFile := flag.String("subnet-file", "", "where to write the lease")
	device := flag.String("iface", "", "interface or its address")
	publicIP := flag.String("public-ip", "", "address for the other nodes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	manager, err := kube.NewSubnetManager(ctx, "", *kubeconfig, "flannel.alpha.coreos.com", *settings, false)
	must(err, "subnet manager")
	config, err := manager.GetNetworkConfig(ctx)
	must(err, "network config")
	stack, err := ipmatch.GetIPFamily(config.EnableIPv4, config.EnableIPv6)
	must(err, "address family")
	external, err := ipmatch.LookupExtIface(*device, "", "", stack, ipmatch.PublicIPOpts{PublicIP: *publicIP})
	must(err, "interface")
	chosen, err := backend.NewManager(ctx, manager, external).GetBackend(config.BackendType)
	must(err, "backend")
	network, err := chosen.RegisterNetwork(ctx, &sync.WaitGroup{}, config)
	for err != nil && strings.Contains(err.Error(), "pod cidr not assigned") && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond) // the controller manager is about to
		network, err = chosen.RegisterNetwork(ctx, &sync.WaitGroup{}, config)
	}
	must(err, "registering network")

	rules, lease := &iptables.IPTablesManager{}, network.Lease()
	must(rules.Init(ctx), "iptables")
	must(rules.SetupAndEnsureMasqRules(ctx, config.Network, lease.Subnet, ip.IP4Net{}, config.IPv6Network, ip.IP6Net{}, ip.IP6Net{}, lease, resync, false), "masquerade rules")
	rules.SetupAndEnsureForwardRules(ctx, config.Network, config.IPv6Network, resync)
	must(subnet.WriteSubnetFile(*subnetFile, config, true, lease.Subnet, lease.IPv6Subnet, network.MTU()), "subnet file")
	log.Info("Running backend.")
	network.Run(ctx)
}

func must(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}
