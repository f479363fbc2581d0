package etcd

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"go.etcd.io/raft/v3/raftpb"
)

// campaign lets a member that is the cluster's only one elect itself at once, instead of after one to two
// election time-outs (5 to 10 s): it sends itself raft's TimeoutNow over the peer port, which is the message of
// a leader that hands over. The timings stay 500/5000 ms, and a member with peers is left alone.
func (m *Member) campaign() error {
	client, err := m.peerClient()
	if err != nil {
		return err
	}
	members, cluster, err := peers(client)
	if err != nil {
		return err
	}
	if len(members) != 1 {
		return fmt.Errorf("waiting for a leader among %d members", len(members))
	}
	return sendTimeoutNow(client, members[0].ID, cluster)
}

func sendTimeoutNow(client *http.Client, self uint64, cluster string) error {
	message := raftpb.Message{Type: raftpb.MsgTimeoutNow, From: self, To: self}
	body, err := message.Marshal()
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, peerPort+"/raft", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("X-Etcd-Cluster-ID", cluster)
	request.Header.Set("X-Server-From", fmt.Sprintf("%x", self))
	request.Header.Set("X-Server-Version", "3.6.0")
	request.Header.Set("X-Min-Cluster-Version", "3.0.0")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("/raft: %s %s", response.Status, text)
	}
	return nil
}
