package etcd

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"

	"lab/k3s/pki"
)

func (m *Member) snapshotDir() string {
	if dir := m.Text("etcd-snapshot-dir"); dir != "" {
		return dir
	}
	return m.dir("db/snapshots")
}

func (m *Member) scheduleSnapshots() {
	pki.Must(os.MkdirAll(m.snapshotDir(), 0o700), "snapshot folder")
	if m.On("etcd-disable-snapshots") || !Clustered(m.Config) {
		return
	}
	schedule := cron.New()
	_, err := schedule.AddFunc(m.Text("etcd-snapshot-schedule-cron"), func() {
		if err := m.snapshot(m.Text("etcd-snapshot-name")); err != nil {
			logrus.Errorf("Failed to take etcd snapshot: %v", err)
		}
	})
	pki.Must(err, "etcd-snapshot-schedule-cron")
	schedule.Start()
}

// snapshot saves <prefix>-<node>-<unix time> and forgets the oldest ones beyond the retention.
func (m *Member) snapshot(prefix string) error {
	client, err := m.client(local)
	if err != nil {
		return err
	}
	defer client.Close()
	reader, err := client.Snapshot(context.Background())
	if err != nil {
		return err
	}
	defer reader.Close()
	content, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s-%d", prefix, m.NodeName, time.Now().Unix())
	pki.WriteFile(filepath.Join(m.snapshotDir(), name), content, 0o600)
	logrus.Infof("Snapshot %s saved.", name)
	return m.prune(prefix)
}

func (m *Member) prune(prefix string) error {
	keep, err := strconv.Atoi(m.Text("etcd-snapshot-retention"))
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(m.snapshotDir(), prefix+"-"+m.NodeName+"-*"))
	sort.Strings(old)
	for ; err == nil && keep > 0 && len(old) > keep; old = old[1:] {
		err = os.Remove(old[0])
	}
	return err
}
