package etcd

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sirupsen/logrus"
	"go.etcd.io/etcd/etcdutl/v3/snapshot"
	"go.uber.org/zap"

	"lab/k3s/pki"
)

// resetFlag is there from a reset until the next ordinary start, so that nobody resets again by mistake.
func (m *Member) resetFlag() string { return m.dir("db/reset-flag") }

// Reset is `k3s server --cluster-reset --cluster-reset-restore-path`: this server's data becomes those of a snapshot, and
// it the only member. The server is then started again without the flags.
func (m *Member) Reset() {
	if _, err := os.Stat(m.resetFlag()); err == nil {
		logrus.Fatalf("Managed etcd cluster membership was reset, Please remove the cluster-reset flag and start k3s normally. If you need to perform another cluster reset, you must first manually delete the file at %s", m.resetFlag())
	}
	path := m.Text("cluster-reset-restore-path")
	if path == "" {
		logrus.Fatal("cluster-reset without cluster-reset-restore-path is not part of the lab stand-in")
	}
	if _, err := os.Stat(path); err != nil {
		logrus.Fatalf("starting kubernetes: preparing server: start managed database: etcd: snapshot path does not exist: %s", path)
	}
	folder := m.dir("db/etcd")
	if _, err := os.Stat(folder); err == nil {
		old := fmt.Sprintf("%s-old-%d", folder, time.Now().Unix())
		pki.Must(os.Rename(folder, old), "moving the old data away")
		logrus.Infof("etcd data dir moved to %s", filepath.Base(old))
	}
	pki.Must(os.MkdirAll(m.dir("db"), 0o700), "mkdir")
	name := m.NodeName + "-" + pki.RandomHex(4)
	pki.Must(snapshot.NewV3(zap.NewNop()).Restore(snapshot.RestoreConfig{
		SnapshotPath: path, Name: name, OutputDataDir: folder, OutputWALDir: filepath.Join(folder, "member/wal"),
		PeerURLs: []string{m.peer()}, InitialCluster: name + "=" + m.peer(), InitialClusterToken: "etcd-cluster",
	}), "restoring "+path)
	pki.WriteFile(filepath.Join(folder, "name"), []byte(name), 0o600)
	pki.WriteFile(m.resetFlag(), nil, 0o600)
	logrus.Info("Managed etcd cluster membership has been reset, restart without --cluster-reset flag now. Backup and delete ${datadir}/server/db on each peer etcd server and rejoin the nodes")
}
