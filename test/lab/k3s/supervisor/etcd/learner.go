package etcd

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"

	"lab/k3s/process"
)

// with calls act with a client of another server's member and a time limit.
func (m *Member) with(endpoint string, limit time.Duration, act func(context.Context, *clientv3.Client) error) error {
	client, err := m.client(endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return act(ctx, client)
}

// addLearner adds this server to the cluster it joins. etcd takes one learner at a time, so this waits its turn.
// It returns the members for --initial-cluster.
func (m *Member) addLearner(name string) string {
	var parts []string
	process.Retry(300*time.Millisecond, "etcd membership", func() error {
		return m.with(m.joinEndpoint(), 10*time.Second, func(ctx context.Context, client *clientv3.Client) error {
			members, err := client.MemberList(ctx)
			if err != nil {
				return err
			}
			for _, other := range members.Members { // a dead try of ours
				if len(other.PeerURLs) > 0 && other.PeerURLs[0] == m.peer() {
					logrus.Infof("Removing stale etcd member %x for %s", other.ID, m.peer())
					if _, err := client.MemberRemove(ctx, other.ID); err != nil {
						return err
					}
				}
			}
			added, err := client.MemberAddAsLearner(ctx, []string{m.peer()})
			if err != nil {
				return err
			}
			parts = nil
			for _, member := range added.Members {
				n := member.Name
				if member.ID == added.Member.ID {
					n = name
				}
				parts = append(parts, n+"="+member.PeerURLs[0])
			}
			logrus.Infof("Adding member %s=%s to etcd cluster %v", name, m.peer(), parts)
			return nil
		})
	})
	return strings.Join(parts, ",")
}

// votes tells whether the cluster has taken this member as a voter, which it does only when the member has its data.
func (m *Member) votes() bool {
	err := m.with(m.joinEndpoint(), time.Second, func(ctx context.Context, client *clientv3.Client) error {
		members, err := client.MemberList(ctx)
		if err != nil {
			return err
		}
		for _, member := range members.Members {
			if !member.IsLearner && slices.Contains(member.PeerURLs, m.peer()) {
				return nil
			}
		}
		return errors.New("a learner still")
	})
	return err == nil
}

// catchUp waits until the learner has the cluster's data. It came as a snapshot, and with it the member's own
// registration, whose echo etcd then awaits in vain for 15 s (5 s and two election time-outs) before it opens its
// client port. A learner has no vote, so a restart is cheap and ends the wait. One that the leader's tick promoted
// meanwhile is left to wait.
func (m *Member) catchUp(restart func()) {
	isVoter := false
	process.Retry(100*time.Millisecond, "the etcd cluster's data", func() error {
		client, err := m.peerClient()
		if err != nil {
			return err
		}
		members, _, err := peers(client)
		for _, member := range members {
			if !slices.Contains(member.PeerURLs, m.peer()) {
				continue
			}
			isVoter = !member.Learner && m.votes()
			if member.Learner || isVoter {
				return nil
			}
		}
		return errors.Join(err, errors.New("not there yet"))
	})
	if isVoter {
		return
	}
	err := m.with(local, 500*time.Millisecond, func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.Status(ctx, local)
		return err
	})
	if err != nil {
		restart()
	}
}

// promoteSelf asks for promotion until the cluster takes this learner as a voter. Real k3s leaves that to the
// leader's tick of 15 s; tend below is that tick, for learners whose server died.
func (m *Member) promoteSelf() {
	process.Retry(200*time.Millisecond, "promotion of the etcd learner", func() error {
		return m.with(m.joinEndpoint(), 5*time.Second, func(ctx context.Context, client *clientv3.Client) error {
			members, err := client.MemberList(ctx)
			if err != nil {
				return err
			}
			for _, member := range members.Members {
				if member.IsLearner && len(member.PeerURLs) > 0 && member.PeerURLs[0] == m.peer() {
					_, err = client.MemberPromote(ctx, member.ID)
				}
			}
			return err
		})
	})
}
