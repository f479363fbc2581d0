package etcd

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/raft/v3/raftpb"

	"lab/k3s/pki"
)

// campaign lets a member that is the only voter elect itself at once, instead of after one to two election
// time-outs (5 to 10 s): it sends itself raft's TimeoutNow over the peer port, which is the message of a leader
// that hands over. The timings stay 500/5000 ms.
func (m *Member) campaign() {
	client, err := m.client(local)
	if err != nil {
		return
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	members, err := client.MemberList(ctx, clientv3.WithSerializable())
	if err != nil || len(members.Members) != 1 || members.Header.MemberId != members.Members[0].ID {
		return
	}
	self := members.Header.MemberId
	if err := m.sendTimeoutNow(ctx, self, members.Header.ClusterId); err != nil {
		logrus.Debugf("campaign: %v", err)
	}
}

func (m *Member) sendTimeoutNow(ctx context.Context, self, cluster uint64) error {
	message := raftpb.Message{Type: raftpb.MsgTimeoutNow, From: self, To: self}
	body, err := message.Marshal()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(m.dir("tls/etcd/peer-server-client.crt"), m.dir("tls/etcd/peer-server-client.key"))
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://127.0.0.1:2380/raft", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("X-Etcd-Cluster-ID", fmt.Sprintf("%x", cluster))
	request.Header.Set("X-Server-From", fmt.Sprintf("%x", self))
	request.Header.Set("X-Server-Version", "3.6.0")
	request.Header.Set("X-Min-Cluster-Version", "3.0.0")
	transport := &http.Transport{DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pki.Pool(m.dir("tls/etcd/peer-ca.crt"))}}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("/raft: %s", response.Status)
	}
	return nil
}
