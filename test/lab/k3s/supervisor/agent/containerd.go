package agent

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	cri "k8s.io/cri-client/pkg"

	"lab/k3s/pki"
	"lab/k3s/process"
)

// Socket is where containerd listens, as in k3s.
const Socket = "/run/k3s/containerd/containerd.sock"

const criTimeout = 2 * time.Second

// restrict_oom_score_adj: a lab node may not lower oom_score_adj.
const containerdConfig = `version = 3
root = %q
state = "/run/k3s/containerd"
oom_score = 0

[grpc]
  address = %q

[plugins.'io.containerd.internal.v1.opt']
  path = %q

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  device_ownership_from_security_context = %v

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = [%q]
  conf_dir = %q

[plugins.'io.containerd.cri.v1.images']
  snapshotter = %q
  disable_snapshot_annotations = true

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = %q

[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = %q

[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = %q
`

const runtimeConfig = `
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.%[1]s]
  runtime_type = "io.containerd.runc.v2"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.%[1]s.options]
  SystemdCgroup = false
  BinaryName = %[2]q
`

func (a *Agent) startContainerd() {
	file := a.dir("etc/containerd/config.toml")
	pki.WriteFile(file, []byte(a.containerdConfiguration()), 0o600)
	a.writeRegistries(a.certificatesDir())
	pki.Must(os.MkdirAll(a.dir("containerd"), 0o711), "mkdir")
	bin := filepath.Dir(process.Bundled("containerd"))
	process.Start(process.Component{Name: "containerd", Path: process.Bundled("containerd"), Arguments: []string{"-c", file},
		Log: a.dir("containerd/containerd.log"), Environment: []string{"PATH=" + bin + ":" + os.Getenv("PATH")}})
	// containerd listens before its CRI plugin answers, and a kubelet that comes in between gives up.
	process.Retry(100*time.Millisecond, "containerd", func() error {
		_, err := cri.NewRemoteRuntimeService("unix://"+Socket, criTimeout, nil, nil)
		return err
	})
}

func (a *Agent) certificatesDir() string { return a.dir("etc/containerd/certs.d") }

func (a *Agent) containerdConfiguration() string {
	preset := "runc"
	if name := a.Text("default-runtime"); name != "" {
		preset = name
	}
	var out strings.Builder
	fmt.Fprintf(&out, containerdConfig, a.dir("containerd"), Socket, a.dir("containerd"), a.On("nonroot-devices"),
		filepath.Dir(process.Bundled("bridge")), a.cniDir(), a.Text("snapshotter"), a.Text("pause-image"), a.certificatesDir(), preset)
	fmt.Fprintf(&out, runtimeConfig, "runc", process.Bundled("runc"))
	// As k3s, NVIDIA's runtimes are looked for once, at start, in the service's PATH.
	for name, program := range map[string]string{"nvidia": "nvidia-container-runtime", "nvidia-cdi": "nvidia-container-runtime.cdi"} {
		if path, err := exec.LookPath(program); err == nil {
			fmt.Fprintf(&out, runtimeConfig, name, path)
		}
	}
	return out.String()
}
