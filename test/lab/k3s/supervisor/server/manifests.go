package server

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/sirupsen/logrus"

	"lab/k3s/manifests"
	"lab/k3s/pki"
)

// deployManifests writes the packaged components into server/manifests and applies every file there, again
// whenever one changes. A file X is left alone while X.skip exists.
func (s *Server) deployManifests() {
	folder := s.dir("manifests")
	pki.Must(os.MkdirAll(folder, 0o700), "manifests")
	watcher, err := fsnotify.NewWatcher()
	pki.Must(err, "manifests")
	pki.Must(watcher.Add(folder), "manifests")
	d := newDeployer(s.restConfig(apiLimit), "deploy@"+s.NodeName)
	s.stage(d)
	applied := map[string]time.Time{}
	for {
		complete := d.applyFolder(folder, applied)
		retry := make(<-chan time.Time)
		if !complete {
			retry = time.After(2 * time.Second)
		}
		select {
		case <-watcher.Events:
			time.Sleep(200 * time.Millisecond) // let a writer finish
			drain(watcher.Events)
		case <-retry:
		}
	}
}

func drain(events <-chan fsnotify.Event) {
	for {
		select {
		case <-events:
		default:
			return
		}
	}
}

// stage writes the packaged manifests; a disabled one is removed, and so is what it had made.
func (s *Server) stage(d *deployer) {
	fill := strings.NewReplacer("%{CLUSTER_DNS}%", s.Text("cluster-dns"), "%{CLUSTER_DOMAIN}%", s.Text("cluster-domain"))
	for name, content := range manifests.All() {
		file, text := s.dir("manifests", name), fill.Replace(content)
		if _, err := os.Stat(file + ".skip"); err == nil {
			continue
		}
		if s.Disabled(strings.TrimSuffix(name, ".yaml")) {
			os.Remove(file)
			d.delete(text)
			continue
		}
		if old, err := os.ReadFile(file); err != nil || string(old) != text {
			pki.WriteFile(file, []byte(text), 0o600)
		}
	}
}

// applyFolder applies the files that are new or changed and tells whether all of them went in.
func (d *deployer) applyFolder(folder string, applied map[string]time.Time) bool {
	complete := true
	for _, ending := range []string{"*.yaml", "*.yml", "*.json"} {
		files, _ := filepath.Glob(filepath.Join(folder, ending))
		for _, file := range files {
			info, err := os.Stat(file)
			if _, skip := os.Stat(file + ".skip"); err != nil || skip == nil || applied[file].Equal(info.ModTime()) {
				continue
			}
			content, err := os.ReadFile(file)
			if err == nil {
				err = d.apply(string(content))
			}
			if err != nil {
				logrus.Errorf("Failed to process config: failed to process %s: %v", file, err)
				complete = false
				continue
			}
			logrus.Infof("Applied manifest at %q", file)
			applied[file] = info.ModTime()
		}
	}
	return complete
}
