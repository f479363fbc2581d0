package main

import (
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// coreEnough is the share of one core up to which a relay stays on it.
	coreEnough = 0.6
	coresEvery = 250 * time.Millisecond
)

// shareCores keeps the relay on one core, and gives it all of them once it needs more than most of one: below that its
// threads only wake each other. GOMAXPROCS in the environment counts more.
func shareCores() {
	if os.Getenv("GOMAXPROCS") != "" {
		return
	}
	all := runtime.GOMAXPROCS(1)
	go func() {
		for used := cpuTime(); ; {
			time.Sleep(coresEvery)
			before := used
			if used = cpuTime(); float64(used-before) > coreEnough*float64(coresEvery) {
				runtime.GOMAXPROCS(all)
				return
			}
		}
	}()
}

// cpuTime is what the process has used so far.
func cpuTime() time.Duration {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
