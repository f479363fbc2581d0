// Package process runs k3s's components as children and talks to systemd.
package process

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
)

// Component is one child.
type Component struct {
	Name        string   // an applet of this binary, or a bundled program when Path is set
	Path        string   // path of a bundled program
	Arguments   []string // --key=value
	Extra       []string // key=value from --…-arg flags; they win over Arguments
	Environment []string
	Restart     bool   // restart it when it dies, instead of ending k3s
	Log         string // file for its output; the default is ours, the journal
}

// Start runs a child that dies with us and returns what restarts it. Real k3s has its components in its own
// process: one that dies takes k3s down and systemd starts all of it again. So it is here, unless Restart is set.
func Start(c Component) (restart func()) {
	wanted := make(chan struct{}, 1)
	go func() {
		runtime.LockOSThread() // the parent-death signal follows the thread that forked
		for {
			began := time.Now()
			again, err := c.run(wanted)
			if again {
				continue
			}
			if !c.Restart {
				logrus.Fatalf("%s exited: %v", c.Name, err)
			}
			logrus.Warnf("%s exited: %v; restarting", c.Name, err)
			if time.Since(began) < 10*time.Second {
				time.Sleep(2 * time.Second)
			}
		}
	}()
	return func() { wanted <- struct{}{} }
}

// run waits for the child's end and tells whether that was wanted.
func (c Component) run(wanted <-chan struct{}) (bool, error) {
	command, err := c.command()
	if err != nil {
		return false, err
	}
	logrus.Infof("Running %s %s", c.Name, strings.TrimPrefix(strings.Join(command.Args[1:], " "), c.Name+" "))
	if err := command.Start(); err != nil {
		return false, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		return false, err
	case <-wanted:
		command.Process.Signal(syscall.SIGTERM)
		return true, <-ended
	}
}

func (c Component) command() (*exec.Cmd, error) {
	arguments := override(c.Arguments, c.Extra)
	command := exec.Command(c.Path, arguments...)
	if c.Path == "" {
		command = exec.Command(Bundled("k3s"), append([]string{c.Name}, arguments...)...)
		command.Args[0] = "k3s"
	}
	var output io.Writer = os.Stderr
	if c.Log != "" {
		file, err := os.OpenFile(c.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, err
		}
		output = file
	}
	command.Stdout, command.Stderr = output, output
	command.Env = append(append(os.Environ(), c.Environment...), "NOTIFY_SOCKET=")
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command, nil
}

// override drops the arguments that an extra one sets again.
func override(arguments, extra []string) []string {
	out := append([]string{}, arguments...)
	for _, keyValue := range extra {
		keyValue = strings.TrimLeft(keyValue, "-")
		key, _, _ := strings.Cut(keyValue, "=")
		kept := out[:0]
		for _, a := range out {
			if !strings.HasPrefix(a, "--"+key+"=") {
				kept = append(kept, a)
			}
		}
		out = append(kept, "--"+keyValue)
	}
	return out
}

// Flags turns a map into sorted --key=value arguments.
func Flags(m map[string]string) (out []string) {
	for key, value := range m {
		out = append(out, "--"+key+"="+value)
	}
	sort.Strings(out)
	return out
}

// Bundled is the path of a program unpacked beside this one (data/<hash>/bin).
func Bundled(name string) string {
	self, err := os.Executable()
	if err != nil {
		logrus.Fatal(err)
	}
	return filepath.Join(filepath.Dir(self), name)
}
