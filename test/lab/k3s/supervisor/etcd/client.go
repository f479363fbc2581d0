package etcd

import (
	"crypto/tls"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"lab/k3s/pki"
)

func (m *Member) clientTLS() (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(m.dir("tls/etcd/client.crt"), m.dir("tls/etcd/client.key"))
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pki.Pool(m.dir("tls/etcd/server-ca.crt")), ServerName: "localhost"}, nil
}

func (m *Member) client(endpoint string) (*clientv3.Client, error) {
	config, err := m.clientTLS()
	if err != nil {
		return nil, err
	}
	return clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, DialTimeout: 5 * time.Second, Logger: zap.NewNop(), TLS: config})
}
