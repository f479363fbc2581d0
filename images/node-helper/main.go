// node-helper does on a node what takes a program there. edgectl starts it over SSH: as a relay it talks with it over its
// stdin and stdout, and ends when that session does; as a probe it says what it measured, and ends by itself.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := do(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func do(words []string) error {
	if len(words) == 2 {
		switch words[0] {
		case "relay":
			shareCores()
			return relay(words[1], os.Stdin, os.Stdout)
		case "fsync":
			return timeFsync(words[1], os.Stdout)
		}
	}
	fmt.Fprintln(os.Stderr, "usage: node-helper relay ADDRESS\n       node-helper fsync FILE")
	os.Exit(2)
	return nil
}
