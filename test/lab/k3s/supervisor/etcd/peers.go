package etcd

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"lab/k3s/pki"
)

const peerPort = "https://127.0.0.1:2380"

// peer is a member as the local one knows it.
type peer struct {
	ID       uint64   `json:"id"`
	PeerURLs []string `json:"peerURLs"`
	Learner  bool     `json:"isLearner"`
}

func (m *Member) peerClient() (*http.Client, error) {
	pair, err := tls.LoadX509KeyPair(m.dir("tls/etcd/peer-server-client.crt"), m.dir("tls/etcd/peer-server-client.key"))
	if err != nil {
		return nil, err
	}
	return &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pki.Pool(m.dir("tls/etcd/peer-ca.crt"))}}}, nil
}

// peers asks the local member's peer port for the members it knows, and for the cluster's id.
func peers(client *http.Client) (members []peer, cluster string, err error) {
	answer, err := client.Get(peerPort + "/members")
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&members); err != nil {
		return nil, "", fmt.Errorf("/members: %w", err)
	}
	return members, answer.Header.Get("X-Etcd-Cluster-ID"), nil
}
