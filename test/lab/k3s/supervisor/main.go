// k3s, the lab's stand-in: one multi-call binary that behaves like k3s on the outside and runs upstream
// Kubernetes, etcd and containerd on the inside. The shipped file is ../wrapper with this in it.
package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"lab/k3s/agent"
	"lab/k3s/config"
	"lab/k3s/etcd"
	"lab/k3s/process"
	"lab/k3s/server"
)

var version = "dev" // set by the build

func main() {
	logrus.SetFormatter(&logrus.TextFormatter{DisableColors: true, FullTimestamp: true})
	name, arguments := filepath.Base(os.Args[0]), os.Args[1:]
	if name != "kubectl" && name != "ctr" && name != "crictl" {
		if len(arguments) == 0 {
			logrus.Fatal("k3s: a command is needed")
		}
		name, arguments = arguments[0], arguments[1:]
	}
	applets := map[string]func([]string){
		"server":        serverCommand,
		"agent":         agentCommand,
		"etcd-snapshot": etcd.Command,
		"token":         server.TokenCommand,
		"certificate":   server.CertificateCommand,
		"kubectl":       kubectlCommand,
		"ctr":           func(a []string) { tool("ctr", a) },
		"crictl":        func(a []string) { tool("crictl", a) },

		"kube-apiserver":          func(a []string) { component(a, apiserver.NewAPIServerCommand()) },
		"kube-controller-manager": func(a []string) { component(a, controllers.NewControllerManagerCommand()) },
		"kube-scheduler":          func(a []string) { component(a, scheduler.NewSchedulerCommand()) },
		"kubelet":                 func(a []string) { component(a, kubelet.NewKubeletCommand(context.Background())) },
		"kube-proxy":              func(a []string) { component(a, proxy.NewProxyCommand()) },
		"etcd":                    func(a []string) { etcdmain.Main(append([]string{"etcd"}, a...)) },
	}
	run, ok := applets[name]
	if !ok {
		logrus.Fatalf("No help topic for '%s'", name)
	}
	run(arguments)
}

func serverCommand(arguments []string) {
	c := config.Load("server", arguments)
	logrus.Infof("Starting k3s %s", version)
	server.Command(c)
}

func agentCommand(arguments []string) {
	c := config.Load("agent", arguments)
	logrus.Infof("Starting k3s agent %s", version)
	agent.Command(c)
}

func kubectlCommand(arguments []string) {
	if _, err := os.Stat(os.ExpandEnv("$HOME/.kube/config")); os.Getenv("KUBECONFIG") == "" && err != nil {
		os.Setenv("KUBECONFIG", "/etc/rancher/k3s/k3s.yaml")
	}
	component(arguments, kubectl.NewDefaultKubectlCommand())
}

func component(arguments []string, command *cobra.Command) {
	os.Args = append(os.Args[:1:1], arguments...)
	os.Exit(cli.Run(command))
}

// tool becomes a bundled program that knows where our containerd is.
func tool(name string, arguments []string) {
	os.Setenv("CONTAINERD_ADDRESS", agent.Socket)
	os.Setenv("CONTAINERD_NAMESPACE", "k8s.io")
	path, err := exec.LookPath(process.Bundled(name))
	if err != nil {
		logrus.Fatalf("%s is not part of the lab stand-in", name)
	}
	logrus.Fatal(syscall.Exec(path, append([]string{name}, arguments...), os.Environ()))
}
