package agent

import (
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/sirupsen/logrus"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/cri-client/pkg"

	"lab/k3s/process"
)

// importFile loads one archive, or pulls the images of one list, and says how it went.
func (a *Agent) importFile(file string) bool {
	began := time.Now()
	load := a.importArchive
	if strings.HasSuffix(file, ".txt") {
		load = a.pullList
	}
	if err := load(file); err != nil {
		logrus.Errorf("Error encountered while importing %s: %v", file, err)
		return false
	}
	logrus.Infof("Imported images from %s in %s", file, time.Since(began).Round(time.Millisecond))
	return true
}

func (a *Agent) importArchive(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	content, err := decompress(name, file)
	if err != nil {
		return err
	}
	command := exec.Command(process.Bundled("ctr"), "-a", Socket, "-n", "k8s.io", "images", "import", "--local",
		"--snapshotter", a.Text("snapshotter"), "--label", "io.cattle.k3s.pinned=pinned", "--label", "io.cri-containerd.pinned=pinned", "-")
	command.Stdin = content
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}

func decompress(name string, file io.Reader) (io.Reader, error) {
	switch {
	case strings.HasSuffix(name, "zst"):
		return zstd.NewReader(file)
	case strings.HasSuffix(name, "gz"):
		return gzip.NewReader(file)
	case strings.HasSuffix(name, "bz2"), strings.HasSuffix(name, "tbz"):
		return bzip2.NewReader(file), nil
	case strings.HasSuffix(name, "lz4"):
		return lz4.NewReader(file), nil
	}
	return file, nil
}

// pullList pulls the images that a .txt file names, one a line, through the container runtime.
func (a *Agent) pullList(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	images, err := cri.NewRemoteImageService("unix://"+Socket, 2*time.Minute, nil, nil)
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		image := strings.TrimSpace(lines.Text())
		if image == "" || strings.HasPrefix(image, "#") {
			continue
		}
		logrus.Infof("Pulling image %s...", image)
		if _, err := images.PullImage(context.Background(), &runtime.ImageSpec{Image: image}, nil, nil); err != nil {
			logrus.Errorf("Failed to pull %s: %v", image, err)
		}
	}
	return nil
}
