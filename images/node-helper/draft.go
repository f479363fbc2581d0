package main

import "sync"

// draft is a chunk in memory. What has come of it goes on to the nodes behind from there; once it is verified, it goes to its
// file. No byte gets there before.
type draft struct {
	room  [chunkSize]byte
	taken bool // a link reads into it
}

var drafts = sync.Pool{New: func() any { return new(draft) }}

func newDraft() *draft {
	d := drafts.Get().(*draft)
	d.taken = true
	return d
}

// show lets the first bytes of a draft be sent, unless as many of another one may be. It stays for senders when its link dies.
func (s *store) show(i int, d *draft, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sound[i] || bytes <= s.have[i] {
		return
	}
	s.replace(i, d)
	s.come(i, bytes)
}

// replace has a draft stand for a chunk, or none. The caller holds mu.
func (s *store) replace(i int, d *draft) {
	before := s.drafts[i]
	if before == d {
		return
	}
	if d == nil {
		delete(s.drafts, i)
	} else {
		s.drafts[i] = d
	}
	if before != nil && !before.taken {
		drafts.Put(before)
	}
}

// leave ends a link's hold of a draft.
func (s *store) leave(i int, d *draft) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.taken = false
	if s.drafts[i] != d {
		drafts.Put(d)
	}
}

// keepDraft takes a draft that is verified.
func (s *store) keepDraft(i int, d *draft) error {
	return s.keep(i, func() { s.replace(i, d) })
}

// discard takes back what was shown of a draft that is not what it should be.
func (s *store) discard(i int, d *draft) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sound[i] || s.drafts[i] != d {
		return
	}
	s.replace(i, nil)
	s.take[i]++
	s.have[i] = 0
	s.moved.Broadcast()
}

// writeDraft writes a chunk to its file, from which senders have it then.
func (s *store) writeDraft(i int) error {
	s.mu.Lock()
	d := s.drafts[i]
	s.mu.Unlock()
	if err := s.writeChunk(s.chunks[i], d.room[:s.chunks[i].length]); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replace(i, nil)
	return nil
}
