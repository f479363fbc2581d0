// Package config reads what a k3s is told: environment, config files and command line.
package config

import (
	_ "embed"
	"strings"
)

//go:embed flags.txt
var flagLines string

// flag is one line of flags.txt.
type flag struct {
	kind        string // switch, text or list
	serverOnly  bool
	effect      string // works, inert or refused
	environment string
	preset      string
}

var flags = readFlags()

var short = map[string]string{"t": "token", "s": "server", "d": "data-dir", "c": "config", "o": "write-kubeconfig", "l": "log", "i": "node-ip"}

func readFlags() map[string]flag {
	table := map[string]flag{}
	for _, line := range strings.Split(flagLines, "\n") {
		field := strings.Fields(line)
		if len(field) != 6 || field[0] == "#" {
			continue
		}
		for i := range field {
			if field[i] == "-" {
				field[i] = ""
			}
		}
		table[field[0]] = flag{kind: field[1], serverOnly: field[2] == "server", effect: field[3],
			environment: field[4], preset: strings.ReplaceAll(field[5], "_", " ")}
	}
	return table
}

// known tells whether a command ("server" or "agent") has the flag.
func known(command, name string) bool {
	f, ok := flags[name]
	return ok && (!f.serverOnly || command == "server")
}
