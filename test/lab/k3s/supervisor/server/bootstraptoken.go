package server

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// isBootstrapToken tells whether a bearer `id.secret` is one that `k3s token create` made and that has not ended.
func (s *Server) isBootstrapToken(bearer string) bool {
	id, secret, ok := strings.Cut(bearer, ".")
	if !ok {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), apiLimit)
	defer cancel()
	stored, err := s.client(apiLimit).CoreV1().Secrets("kube-system").Get(ctx, "bootstrap-token-"+id, metav1.GetOptions{})
	if err != nil || subtle.ConstantTimeCompare(stored.Data["token-secret"], []byte(secret)) != 1 {
		return false
	}
	if end := string(stored.Data["expiration"]); end != "" {
		at, err := time.Parse(time.RFC3339, end)
		return err == nil && time.Now().Before(at)
	}
	return true
}
