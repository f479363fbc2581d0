// The shipped `k3s`: answers --version and help itself, unpacks the programs in it once, then becomes them.
package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

//go:embed data.tar.zst
var data []byte

// Set by the build.
var (
	version = "dev" // v1.34.2+k3s1
	commit  = "dev" // which sources
	hash    = "dev" // of data
)

func main() {
	name := filepath.Base(os.Args[0])
	applet := name == "kubectl" || name == "ctr" || name == "crictl"
	if !applet && answer(os.Args[1:]) {
		return
	}
	if err := become(); err != nil {
		fmt.Fprintf(os.Stderr, "level=fatal msg=\"extracting data: %v\"\n", err)
		os.Exit(1)
	}
}

// answer does what needs no unpacking and tells whether it did.
func answer(arguments []string) bool {
	word := "help"
	if len(arguments) > 0 {
		word = strings.TrimLeft(arguments[0], "-")
	}
	switch word {
	case "version", "v":
		fmt.Printf("k3s version %s (%s, edgectl lab stand-in)\ngo version %s\n", version, commit, runtime.Version())
	case "help", "h":
		fmt.Print(usage)
	case "check-config":
		fmt.Println("\nSTATUS: pass")
	case "completion":
		fmt.Println("complete -W 'server agent kubectl crictl ctr token check-config etcd-snapshot certificate completion help' k3s")
	default:
		return false
	}
	return true
}

// become unpacks and execs the multi-call binary.
func become() error {
	folder := filepath.Join(dataDir(), "data", hash)
	if err := unpack(folder); err != nil {
		return err
	}
	bin := filepath.Join(folder, "bin")
	os.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	return syscall.Exec(filepath.Join(bin, "k3s"), os.Args, os.Environ())
}

// dataDir looks for --data-dir before anything else parses the command line.
func dataDir() string {
	if os.Getuid() != 0 {
		return filepath.Join(os.Getenv("HOME"), ".rancher/k3s")
	}
	dir := "/var/lib/rancher/k3s"
	if given := os.Getenv("K3S_DATA_DIR"); given != "" {
		dir = given
	}
	for i, argument := range os.Args {
		if value, ok := strings.CutPrefix(argument, "--data-dir="); ok {
			dir = value
		} else if (argument == "--data-dir" || argument == "-d") && i+1 < len(os.Args) {
			dir = os.Args[i+1]
		}
	}
	return dir
}

const usage = `NAME:
   k3s - the edgectl lab's stand-in for k3s: a test fixture

USAGE:
   k3s [global options] command [command options]

COMMANDS:
   server         Run management server
   agent          Run node agent
   kubectl        Run kubectl
   ctr            Run ctr
   token          Manage bootstrap tokens (create, list, delete)
   etcd-snapshot  Manage etcd snapshots (save, ls, delete)
   certificate    Manage certificates (rotate)
   check-config   Run config check
   completion     Install shell completion script
   help           Shows a list of commands

GLOBAL OPTIONS:
   --help, -h     show help
   --version, -v  print the version
`
