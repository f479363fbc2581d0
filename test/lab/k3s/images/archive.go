package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

type object = map[string]any

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar"
)

// archive collects images and writes their blobs as they come.
type archive struct {
	out     *tar.Writer
	written map[string]bool
	index   []object // for OCI readers
	docker  []object // for docker load and older containerd
}

func newArchive(w io.Writer) *archive {
	return &archive{out: tar.NewWriter(w), written: map[string]bool{}}
}

func (a *archive) addImage(arch, reference, program string) error {
	layer, err := layerOf(program)
	if err != nil {
		return err
	}
	layerDescriptor, err := a.blob(layerType, layer)
	if err != nil {
		return err
	}
	config, err := a.document(configType, object{
		"architecture": arch, "os": "linux", "created": "1970-01-01T00:00:00Z",
		"config": object{"Entrypoint": []string{"/" + filepath.Base(program)}, "Env": []string{"PATH=/"}},
		"rootfs": object{"type": "layers", "diff_ids": []any{layerDescriptor["digest"]}},
	})
	if err != nil {
		return err
	}
	manifest, err := a.document(manifestType, object{"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": []object{layerDescriptor}})
	if err != nil {
		return err
	}
	manifest["annotations"] = object{"io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference}
	manifest["platform"] = object{"architecture": arch, "os": "linux"}
	a.index = append(a.index, manifest)
	a.docker = append(a.docker, object{"Config": blobPath(config), "RepoTags": []string{reference}, "Layers": []string{blobPath(layerDescriptor)}})
	return nil
}

func (a *archive) finish() error {
	files := []struct {
		name  string
		value any
	}{
		{"index.json", object{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": a.index}},
		{"manifest.json", a.docker},
		{"oci-layout", object{"imageLayoutVersion": "1.0.0"}},
	}
	for _, f := range files {
		content, err := json.Marshal(f.value)
		if err != nil {
			return err
		}
		if err := put(a.out, f.name, content, 0o644); err != nil {
			return err
		}
	}
	return a.out.Close()
}

func (a *archive) document(mediaType string, value object) (object, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return a.blob(mediaType, content)
}

// blob writes content under its digest, once, and describes it.
func (a *archive) blob(mediaType string, content []byte) (object, error) {
	sum := sha256.Sum256(content)
	descriptor := object{"mediaType": mediaType, "digest": "sha256:" + hex.EncodeToString(sum[:]), "size": len(content)}
	if path := blobPath(descriptor); !a.written[path] {
		a.written[path] = true
		return descriptor, put(a.out, path, content, 0o644)
	}
	return descriptor, nil
}

func blobPath(descriptor object) string {
	return fmt.Sprintf("blobs/sha256/%s", descriptor["digest"].(string)[len("sha256:"):])
}

// layerOf is a root file system with one program and a /tmp for all.
func layerOf(program string) ([]byte, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777, ModTime: time.Unix(0, 0)}); err != nil {
		return nil, err
	}
	if err := put(w, filepath.Base(program), content, 0o755); err != nil {
		return nil, err
	}
	err = w.Close()
	return layer.Bytes(), err
}

func put(w *tar.Writer, name string, content []byte, mode int64) error {
	err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(content)), ModTime: time.Unix(0, 0)})
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}
