package etcd

import (
	"context"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	tick         = 15 * time.Second
	stallTimeout = 5 * time.Minute
)

// tend is the leader's duty: promote learners that caught up, evict one that stayed a learner for five minutes.
func (m *Member) tend() {
	since := map[uint64]time.Time{}
	for ; ; time.Sleep(tick) {
		err := m.with(local, tick, func(ctx context.Context, client *clientv3.Client) error {
			status, err := client.Status(ctx, local)
			if err != nil || status.Leader != status.Header.MemberId {
				return err
			}
			members, err := client.MemberList(ctx)
			if err != nil {
				return err
			}
			for _, member := range members.Members {
				if !member.IsLearner {
					delete(since, member.ID)
					continue
				}
				if since[member.ID].IsZero() {
					since[member.ID] = time.Now()
				}
				if _, err := client.MemberPromote(ctx, member.ID); err == nil {
					continue
				}
				if time.Since(since[member.ID]) > stallTimeout {
					logrus.Warnf("Removing etcd learner %x: no progress for %s", member.ID, stallTimeout)
					if _, err := client.MemberRemove(ctx, member.ID); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			logrus.Debugf("etcd membership: %v", err)
		}
	}
}

// Remove drops a deleted node's member; every server may call it, the first one wins.
func (m *Member) Remove(node string) error {
	return m.with(local, 10*time.Second, func(ctx context.Context, client *clientv3.Client) error {
		members, err := client.MemberList(ctx)
		if err != nil {
			return err
		}
		for _, member := range members.Members {
			if i := strings.LastIndex(member.Name, "-"); i > 0 && member.Name[:i] == node && len(members.Members) > 1 {
				logrus.Infof("Removing etcd member %s of deleted node %s", member.Name, node)
				if _, err := client.MemberRemove(ctx, member.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
