package config

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/sirupsen/logrus"
	"sigs.k8s.io/yaml"
)

// readFiles merges config.yaml and config.yaml.d/*.yaml in name order: the last wins, `key+` appends.
// `k3s server` skips keys it does not know with a warning; `k3s agent` dies of them.
func readFiles(command, file string) map[string][]string {
	dropIns, _ := filepath.Glob(file + ".d/*.y*ml")
	sort.Strings(dropIns)
	merged := map[string][]string{}
	for _, path := range append([]string{file}, dropIns...) {
		content, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			logrus.Fatal(err)
		}
		var document map[string]any
		if err := yaml.Unmarshal(content, &document); err != nil {
			logrus.Fatalf("failed to parse %s: %v", path, err)
		}
		for key, value := range document {
			name, appends := strings.CutSuffix(key, "+")
			if appends {
				merged[name] = append(append([]string{}, merged[name]...), texts(value)...)
			} else {
				merged[name] = texts(value)
			}
		}
	}
	return onlyKnown(command, merged)
}

func onlyKnown(command string, values map[string][]string) map[string][]string {
	kept := map[string][]string{}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		long := name
		if l, ok := short[name]; ok {
			long = l
		}
		switch {
		case known(command, long):
			kept[long] = values[name]
		case command == "server":
			logrus.Warnf("Unknown flag --%s found in config.yaml, skipping", name)
		default:
			fmt.Printf("Incorrect Usage: flag provided but not defined: -%s\n\n", name)
			logrus.Fatalf("flag provided but not defined: -%s", name)
		}
	}
	return kept
}

// texts is a YAML value as the words of a command line.
func texts(value any) []string {
	switch v := value.(type) {
	case nil:
		return []string{""}
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, texts(item)...)
		}
		return out
	case float64:
		if v == float64(int64(v)) {
			return []string{fmt.Sprint(int64(v))}
		}
	}
	return []string{fmt.Sprint(value)}
}
