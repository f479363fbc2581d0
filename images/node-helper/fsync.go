package main

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"
	"sort"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// pageOfLog is what etcd's log is written in at least.
	pageOfLog  = 4 << 10
	mostWrites = 500
	// leastWrites make a percentile. A disk too slow for them within fsyncFor gets fsyncAtMost.
	leastWrites = 20
	fsyncFor    = 2 * time.Second
	fsyncAtMost = 10 * time.Second
)

// fsyncTimes is how long it takes to make a small write last, in milliseconds, of so many writes.
type fsyncTimes struct {
	P50    float64 `json:"p50"`
	P99    float64 `json:"p99"`
	Writes int     `json:"writes"`
}

// timeFsync writes as etcd does its log: a page after the other into a file that was allocated before, each followed by
// fdatasync. That is what etcd's wal_fsync_duration_seconds counts, whose 99th percentile is to stay below 10 ms (etcd's
// documentation, "Metrics" and "Hardware recommendations"). The file is removed however it ends, SIGKILL aside; it has a
// name while it lives, because btrfs makes nothing last of a file that has none.
func timeFsync(path string, to io.Writer) error {
	// What comes before the file is there waits until it is.
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	defer os.Remove(path)
	go func() {
		which := <-told // a write that lasts is not waited for
		os.Remove(path)
		if number, is := which.(syscall.Signal); is {
			os.Exit(128 + int(number))
		}
		os.Exit(1)
	}()
	if err := allocate(file, mostWrites*pageOfLog); err != nil {
		return err
	}
	times, err := timeWrites(file, time.Now())
	if err != nil {
		return err
	}
	return json.NewEncoder(to).Encode(times)
}

// allocate gives the file its size as etcd does: by fallocate, and where a file system has none by its length only.
func allocate(file *os.File, size int64) error {
	err := unix.Fallocate(int(file.Fd()), 0, 0, size)
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		err = file.Truncate(size)
	}
	if err != nil {
		return err
	}
	return file.Sync()
}

func timeWrites(file *os.File, began time.Time) (fsyncTimes, error) {
	page := make([]byte, pageOfLog)
	for i := range page {
		page[i] = byte(rand.Uint32()) // zeros are no work for a file system that packs
	}
	var took []time.Duration
	for len(took) < mostWrites {
		start := time.Now()
		if _, err := file.WriteAt(page, int64(len(took))*pageOfLog); err != nil {
			return fsyncTimes{}, err
		}
		if err := unix.Fdatasync(int(file.Fd())); err != nil {
			return fsyncTimes{}, err
		}
		took = append(took, time.Since(start))
		since := time.Since(began)
		if since > fsyncAtMost || since > fsyncFor && len(took) >= leastWrites {
			break
		}
	}
	return percentiles(took), nil
}

// percentiles are by the nearest rank, rounded to a hundredth of a millisecond.
func percentiles(took []time.Duration) fsyncTimes {
	sort.Slice(took, func(a, b int) bool { return took[a] < took[b] })
	at := func(share float64) float64 {
		rank := int(math.Ceil(float64(len(took))*share)) - 1
		return math.Round(took[max(rank, 0)].Seconds()*100_000) / 100
	}
	return fsyncTimes{P50: at(0.5), P99: at(0.99), Writes: len(took)}
}
