package server

import "sort"

// critical are the settings that must be alike on all servers.
func (s *Server) critical() map[string]string {
	out := map[string]string{}
	for _, name := range []string{"cluster-cidr", "cluster-dns", "cluster-domain", "disable-cloud-controller", "disable-helm-controller",
		"disable-network-policy", "egress-selector-mode", "embedded-registry", "flannel-backend", "flannel-external-ip",
		"flannel-ipv6-masq", "secrets-encryption", "service-cidr"} {
		out[name] = s.Text(name)
		if out[name] == "false" {
			out[name] = ""
		}
	}
	if s.Disabled("servicelb") {
		out["disable"] = "servicelb"
	}
	return out
}

func differences(a, b map[string]string) (names []string) {
	for name := range a {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
