package config

import (
	"fmt"
	"strings"

	"github.com/sirupsen/logrus"
)

// parseArguments reads long and short flags; stray words are ignored, as k3s does. An unknown flag is fatal.
func parseArguments(command string, arguments []string) map[string][]string {
	values := map[string][]string{}
	for i := 0; i < len(arguments); i++ {
		if !strings.HasPrefix(arguments[i], "-") {
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimLeft(arguments[i], "-"), "=")
		if long, ok := short[name]; ok {
			name = long
		}
		if !known(command, name) {
			fmt.Printf("Incorrect Usage: flag provided but not defined: -%s\n\n", name)
			logrus.Fatalf("flag provided but not defined: -%s", name)
		}
		switch {
		case hasValue:
		case flags[name].kind == "switch":
			value = "true"
		default:
			if i++; i >= len(arguments) {
				logrus.Fatalf("flag needs an argument: -%s", name)
			}
			value = arguments[i]
		}
		if flags[name].kind != "list" {
			values[name] = nil
		}
		values[name] = append(values[name], value)
	}
	return values
}
