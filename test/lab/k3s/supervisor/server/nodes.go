package server

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sirupsen/logrus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"

	"lab/k3s/etcd"
	"lab/k3s/process"
)

// labelOwnNode sets the role labels, which a kubelet may not set for itself.
func (s *Server) labelOwnNode() {
	labels := map[string]string{}
	if etcd.Clustered(s.Config) {
		labels["node-role.kubernetes.io/etcd"] = "true"
	}
	if s.hasAPI() {
		labels["node-role.kubernetes.io/control-plane"] = "true"
	}
	patch, _ := json.Marshal(map[string]any{"metadata": map[string]any{"labels": labels,
		"annotations": map[string]string{"k3s.io/internal-ip": s.NodeIP, "k3s.io/hostname": s.NodeName}}})
	nodes := s.client(apiLimit).CoreV1().Nodes()
	process.Retry(300*time.Millisecond, "node "+s.NodeName, func() error {
		_, err := nodes.Patch(context.Background(), s.NodeName, types.MergePatchType, patch, metav1.PatchOptions{})
		return err
	})
}

// forgetDeletedNodes drops a deleted node's etcd member and its password, so that a re-made machine may join
// under the old name. Every server does it; the first one wins.
func (s *Server) forgetDeletedNodes() {
	client := s.client(0)
	factory := informers.NewSharedInformerFactory(client, 0)
	factory.Core().V1().Nodes().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{DeleteFunc: func(object any) {
		node, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object)
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), apiLimit)
		defer cancel()
		err = client.CoreV1().Secrets("kube-system").Delete(ctx, node+".node-password.k3s", metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			logrus.Errorf("password of deleted node %s: %v", node, err)
		}
		// etcd refuses while it has not seen all members for five seconds, so this is tried again.
		go process.Retry(2*time.Second, "removal of the etcd member of deleted node "+node, func() error { return s.member.Remove(node) })
	}})
	factory.Start(context.Background().Done())
}
