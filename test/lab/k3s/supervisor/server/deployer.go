package server

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/sirupsen/logrus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"lab/k3s/pki"
)

// deployer applies YAML documents as one field manager.
type deployer struct {
	client  dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
	manager string
}

func newDeployer(config *rest.Config, manager string) *deployer {
	client, err := dynamic.NewForConfig(config)
	pki.Must(err, "client")
	found, err := discovery.NewDiscoveryClientForConfig(config)
	pki.Must(err, "client")
	return &deployer{client, restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(found)), manager}
}

// documents reads a YAML or JSON stream; lists are taken apart.
func documents(text string) (out []*unstructured.Unstructured, err error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if len(object.Object) == 0 {
			continue
		}
		if !object.IsList() {
			out = append(out, object)
			continue
		}
		err = object.EachListItem(func(item runtime.Object) error {
			out = append(out, item.(*unstructured.Unstructured))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
}

func (d *deployer) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := d.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) { // perhaps made by a document before this one
		d.mapper.Reset()
		mapping, err = d.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() != meta.RESTScopeNameNamespace {
		return d.client.Resource(mapping.Resource), nil
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	return d.client.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}

func (d *deployer) apply(text string) error {
	objects, err := documents(text)
	if err != nil {
		return err
	}
	for _, object := range objects {
		resource, err := d.resource(object)
		if err != nil {
			return err
		}
		_, err = resource.Apply(context.Background(), object.GetName(), object, metav1.ApplyOptions{FieldManager: d.manager, Force: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// delete removes what a packaged manifest makes.
func (d *deployer) delete(text string) {
	objects, err := documents(text)
	for _, object := range objects {
		var resource dynamic.ResourceInterface
		if resource, err = d.resource(object); err != nil {
			break
		}
		if err = resource.Delete(context.Background(), object.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			break
		}
	}
	if err != nil && !apierrors.IsNotFound(err) {
		logrus.Errorf("removing a disabled component: %v", err)
	}
}
