// Package manifests holds the packaged components that a server deploys.
package manifests

import "embed"

//go:embed *.yaml
var files embed.FS

// All gives the packaged manifests by file name.
func All() map[string]string {
	out := map[string]string{}
	entries, _ := files.ReadDir(".")
	for _, entry := range entries {
		content, _ := files.ReadFile(entry.Name())
		out[entry.Name()] = string(content)
	}
	return out
}
