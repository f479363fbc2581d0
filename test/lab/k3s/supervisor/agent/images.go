package agent

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/sirupsen/logrus"

	"lab/k3s/pki"
)

// rejudgeAfter: a file is imported this long after the first event on it, whether or not it is whole by then.
const rejudgeAfter = 2 * time.Second

var archives = []string{".tar", ".tar.lz4", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar.zst", ".tzst"}

// seen is what the agent remembers of a file in agent/images.
type seen struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
}

func (a *Agent) imagesDir() string { return a.dir("images") }

func supported(name string) bool {
	for _, ending := range append([]string{".txt"}, archives...) {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// importAll imports every archive and list in agent/images. If .cache.json is there, files it remembers with the
// same size and time are skipped.
func (a *Agent) importAll() {
	entries, _ := os.ReadDir(a.imagesDir())
	memory := filepath.Join(a.imagesDir(), ".cache.json")
	remembered := map[string]seen{}
	content, err := os.ReadFile(memory)
	remember := err == nil
	if remember && len(content) > 0 {
		if err := json.Unmarshal(content, &remembered); err != nil {
			logrus.Warnf("%s: %v", memory, err)
		}
	}
	kept := map[string]seen{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || entry.IsDir() || !supported(entry.Name()) {
			continue
		}
		file := filepath.Join(a.imagesDir(), entry.Name())
		state := seen{info.Size(), info.ModTime().UTC()}
		if old, ok := remembered[file]; ok && old.Size == state.Size && old.ModTime.Equal(state.ModTime) {
			logrus.Infof("Skipping %s: unchanged since its last import", file)
			kept[file] = state
			continue
		}
		if a.importFile(file) {
			kept[file] = state
		}
	}
	if remember {
		pki.WriteFile(memory, asJSON(kept), 0o600)
	}
}

// watchImages imports what appears in agent/images while k3s runs, with k3s's own hazards: a file still being
// written is judged half-copied, and a replacement of the same size is not noticed.
func (a *Agent) watchImages() {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		logrus.Errorf("Failed to create image watcher: %v", err)
		return
	}
	known := map[string]seen{}
	entries, _ := os.ReadDir(a.imagesDir())
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && supported(entry.Name()) {
			known[filepath.Join(a.imagesDir(), entry.Name())] = seen{info.Size(), info.ModTime()}
		}
	}
	pki.Must(os.MkdirAll(a.imagesDir(), 0o755), "images folder")
	if err := watcher.Add(a.imagesDir()); err != nil {
		logrus.Errorf("Failed to watch %s: %v", a.imagesDir(), err)
		return
	}
	due, waiting := make(chan string), map[string]bool{}
	for {
		select {
		case event := <-watcher.Events:
			if supported(event.Name) && !waiting[event.Name] {
				waiting[event.Name] = true
				time.AfterFunc(rejudgeAfter, func() { due <- event.Name })
			}
		case err := <-watcher.Errors:
			logrus.Errorf("Image watcher received an error: %v", err)
		case file := <-due:
			delete(waiting, file)
			a.judge(file, known)
		}
	}
}

func (a *Agent) judge(file string, known map[string]seen) {
	info, err := os.Stat(file)
	if err != nil {
		delete(known, file)
		return
	}
	if info.IsDir() {
		return
	}
	old, had := known[file]
	known[file] = seen{info.Size(), info.ModTime()}
	if !had || info.Size() != old.Size && info.ModTime().After(old.ModTime) {
		a.importFile(file)
	}
}
