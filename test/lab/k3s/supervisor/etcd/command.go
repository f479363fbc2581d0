package etcd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sirupsen/logrus"
	"google.golang.org/grpc/grpclog"

	"lab/k3s/config"
	"lab/k3s/pki"
)

// Command is `k3s etcd-snapshot save|ls|delete`.
func Command(arguments []string) {
	verb := "save"
	if len(arguments) > 0 && !strings.HasPrefix(arguments[0], "-") {
		verb, arguments = arguments[0], arguments[1:]
	}
	name, names, rest := "on-demand", []string{}, []string{}
	for i := 0; i < len(arguments); i++ {
		value, isName := strings.CutPrefix(arguments[i], "--name=")
		switch {
		case isName:
			name = value
		case arguments[i] == "--name" && i+1 < len(arguments):
			i++
			name = arguments[i]
		case strings.HasPrefix(arguments[i], "-"):
			rest = append(rest, arguments[i])
		default:
			names = append(names, arguments[i])
		}
	}
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard)) // its warnings are no part of the answer
	m := &Member{Config: config.Load("server", rest)}
	if !Clustered(m.Config) {
		logrus.Fatal("etcd datastore disabled")
	}
	switch verb {
	case "save":
		pki.Must(m.snapshot(name), "saving snapshot")
	case "ls", "list":
		m.list()
	case "delete":
		m.delete(names)
	default:
		logrus.Fatalf("etcd-snapshot %s is not part of the lab stand-in (save, ls and delete are)", verb)
	}
}

func (m *Member) list() {
	files, _ := filepath.Glob(filepath.Join(m.snapshotDir(), "*"))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	defer table.Flush()
	fmt.Fprint(table, "Name\tLocation\tSize\tCreated\n")
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && !strings.HasSuffix(file, ".tmp") {
			fmt.Fprintf(table, "%s\tfile://%s\t%d\t%s\n", filepath.Base(file), file, info.Size(), info.ModTime().UTC().Format(time.RFC3339))
		}
	}
}

func (m *Member) delete(names []string) {
	if len(names) == 0 {
		logrus.Fatal("no snapshots given for removal")
	}
	for _, name := range names {
		pki.Must(os.Remove(filepath.Join(m.snapshotDir(), filepath.Base(name))), "deleting snapshot")
		logrus.Infof("Snapshot %s deleted.", name)
	}
}
