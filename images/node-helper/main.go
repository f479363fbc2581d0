// node-helper does on a node what takes a program there. edgectl starts it over SSH and talks with it over its stdin and
// stdout; it ends when that session does.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 || os.Args[1] != "relay" {
		fmt.Fprintln(os.Stderr, "usage: node-helper relay ADDRESS")
		os.Exit(2)
	}
	shareCores()
	if err := relay(os.Args[2], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
