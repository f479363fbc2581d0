package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	mostJob       = 256 << 20
	progressEvery = 500 * time.Millisecond
)

// busyEvery is how often a relay says that it still checks what lies there, or waits for its disk.
var busyEvery = 5 * time.Second

// event is one line that a relay writes to edgectl. Sizes are bytes.
type event struct {
	Event       string `json:"event"`
	Address     string `json:"address,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Task        int    `json:"task"`
	Done        int64  `json:"done,omitempty"`
	Total       int64  `json:"total,omitempty"`
	Peer        string `json:"peer,omitempty"`
	Rate        int64  `json:"rate,omitempty"` // bytes a second
	Why         string `json:"why,omitempty"`
	Need        int64  `json:"need,omitempty"`
	Free        int64  `json:"free,omitempty"`
	Cipher      string `json:"cipher,omitempty"`
}

func failure(task int, err error) event {
	var space *Space
	if errors.As(err, &space) {
		return event{Event: "no-space", Task: task, Why: err.Error(), Need: space.Need, Free: space.Free}
	}
	return event{Event: "failed", Task: task, Why: err.Error()}
}

// relay listens for its neighbours, says where, measures links if it is told to, reads its job, opens what it is about,
// sends from the next line on, and ends with its stdin.
func relay(address string, in io.Reader, out io.Writer) error {
	var once sync.Mutex
	lines := json.NewEncoder(out)
	tell := func(e event) {
		once.Lock()
		defer once.Unlock()
		lines.Encode(e)
	}
	id, err := newIdentity()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return err
	}
	defer listener.Close()
	tell(event{Event: "ready", Address: listener.Addr().String(), Fingerprint: id.fingerprint})

	at := &door{}
	// Whoever comes before the first line waits: it says who may.
	var listening sync.Once
	listen := func() { listening.Do(func() { go at.accept(listener, id) }) }
	lined := bufio.NewReader(io.LimitReader(in, mostJob))
	var job Job
	for {
		text, err := lined.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("no job came: %w", err)
		}
		var given order
		if err := json.Unmarshal(text, &given); err != nil {
			return fmt.Errorf("the line is no job: %w", err)
		}
		if given.Measure == nil {
			job = given.Job
			break
		}
		at.letProbe(given.Measure.From)
		listen()
		go id.tellSpeed(given.Measure.To, tell)
	}
	opening := stayBusy(tell)
	intakes := map[int]*intake{}
	var outlets []*outlet
	limit := newBrake(job.Rate)
	for _, task := range job.Tasks {
		if in, out := start(task, id, limit, tell); in != nil {
			intakes[task.ID], outlets = in, append(outlets, out)
		}
	}
	opening()
	at.letSend(job, intakes)
	listen()
	tell(event{Event: "open"})
	// Checking what lies there may take minutes on a node, and its neighbour must not take that for death: so nobody
	// sends before everybody is here.
	if _, err := lined.ReadBytes('\n'); err != nil {
		return nil
	}
	for _, out := range outlets {
		go out.run()
	}
	io.Copy(io.Discard, lined)
	return nil
}

// stayBusy says from time to time that something is still going on, until what it returns is called.
func stayBusy(tell func(event)) (end func()) {
	over := make(chan struct{})
	go func() {
		for beat := time.NewTicker(busyEvery); ; {
			select {
			case <-over:
				beat.Stop()
				return
			case <-beat.C:
				tell(event{Event: "busy"})
			}
		}
	}()
	return func() { close(over) }
}

// start opens a task's store and tells of its progress; nil when that fails.
func start(task Task, id identity, limit *brake, tell func(event)) (*intake, *outlet) {
	s, err := openStore(task)
	if err != nil {
		tell(failure(task.ID, err))
		return nil, nil
	}
	if s.isWhole() {
		if err := s.seal(); err != nil {
			tell(failure(task.ID, err))
			return nil, nil
		}
	}
	if len(task.From) > 0 {
		limit = newBrake(0)
	}
	go report(s, tell)
	return newIntake(s, tell), &outlet{store: s, id: id, tell: tell, brake: limit}
}

// report tells how far a task is, and that it is done.
func report(s *store, tell func(event)) {
	for told := int64(-1); ; {
		done, total := s.bytes()
		s.mu.Lock()
		sealed := s.sealed
		s.mu.Unlock()
		if done != told || sealed {
			tell(event{Event: "progress", Task: s.task.ID, Done: done, Total: total})
			told = done
		}
		if sealed {
			tell(event{Event: "done", Task: s.task.ID})
			return
		}
		s.waitSealed(progressEvery)
	}
}
