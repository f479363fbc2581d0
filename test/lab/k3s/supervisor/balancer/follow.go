package balancer

import (
	"context"
	"net"
	"strconv"

	"github.com/sirupsen/logrus"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Follow keeps the list equal to the endpoints of the `kubernetes` service, by a watch.
func (b *Balancer) Follow(kubeconfig string) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		logrus.Errorf("load balancer: %v", err)
		return
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		logrus.Errorf("load balancer: %v", err)
		return
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace("default"),
		informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = "kubernetes.io/service-name=kubernetes" }))
	informer := factory.Discovery().V1().EndpointSlices().Informer()
	update := func(any) {
		var servers []string
		for _, object := range informer.GetStore().List() {
			servers = append(servers, endpoints(object.(*discovery.EndpointSlice))...)
		}
		if len(servers) > 0 {
			b.set(servers)
		}
	}
	informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: update, DeleteFunc: update,
		UpdateFunc: func(_, now any) { update(now) }})
	factory.Start(context.Background().Done())
}

func endpoints(slice *discovery.EndpointSlice) (out []string) {
	for _, port := range slice.Ports {
		for _, endpoint := range slice.Endpoints {
			for _, address := range endpoint.Addresses {
				if port.Port != nil {
					out = append(out, net.JoinHostPort(address, strconv.Itoa(int(*port.Port))))
				}
			}
		}
	}
	return out
}
