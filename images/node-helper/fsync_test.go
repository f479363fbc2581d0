package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// fsyncOf measures in a process of its own, because what is told to end it ends the whole.
func fsyncOf(path string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "NODE_HELPER_FSYNC="+path)
	return command
}

func isEmpty(t *testing.T, folder string) {
	t.Helper()
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Fatalf("%v is left (%v)", left, err)
	}
}

func TestItTellsHowLongAWriteTakesToLastAndLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	said, err := fsyncOf(filepath.Join(folder, "probe")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var times fsyncTimes
	if err := json.Unmarshal(said, &times); err != nil {
		t.Fatalf("%q: %v", said, err)
	}
	if times.Writes < 1 || times.Writes > mostWrites || times.P50 <= 0 || times.P99 < times.P50 {
		t.Fatalf("it found %+v", times)
	}
	isEmpty(t, folder)
}

func TestItLeavesNothingWhenItIsToldToEnd(t *testing.T) {
	for _, which := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM} {
		folder := t.TempDir()
		path := filepath.Join(folder, "probe")
		command := fsyncOf(path)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		for began := time.Now(); ; {
			if _, err := os.Stat(path); err == nil {
				break
			}
			if time.Since(began) > 5*time.Second {
				t.Fatal("it makes no file")
			}
		}
		command.Process.Signal(which)
		err := command.Wait()
		// Memory is so fast that it may be done before.
		var ended *exec.ExitError
		if number, _ := which.(syscall.Signal); errors.As(err, &ended) && ended.ExitCode() != 128+int(number) {
			t.Fatalf("told %v it ended with %v", which, err)
		}
		isEmpty(t, folder)
	}
}

func TestItTouchesNoFileThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if fsyncOf(path).Run() == nil {
		t.Fatal("it measured with a file of somebody else")
	}
	if content, _ := os.ReadFile(path); !bytes.Equal(content, []byte("mine")) {
		t.Fatalf("the file has %q", content)
	}
}

func TestPercentilesAreByTheNearestRank(t *testing.T) {
	var took []time.Duration
	for i := 200; i > 0; i-- {
		took = append(took, time.Duration(i)*time.Millisecond)
	}
	if found := percentiles(took); found != (fsyncTimes{P50: 100, P99: 198, Writes: 200}) {
		t.Fatalf("it found %+v", found)
	}
	if found := percentiles(took[:1]); found.P50 != found.P99 || found.Writes != 1 {
		t.Fatalf("of one it found %+v", found)
	}
}
