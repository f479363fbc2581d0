package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// What travels on a link: the sender's greeting, the receiver's list of missing chunks, then their bytes one chunk after
// another without any frame, since both know their lengths. At the end, or before it, one byte comes back.
const (
	answerWhole    = 'w' // everything is here, verified and on the disk
	answerReplaced = 'r' // somebody else sends now
	answerCorrupt  = 'c' // a chunk was not what it should be: send again what is missing
	answerRefused  = 'x' // too many such chunks: nothing is taken from this sender any more
	answerMeasured = 'm' // all bytes of a probe came
)

const mostMessage = 64 << 20

// greeting opens a link: for a task, or for so many bytes of a probe, which nobody keeps.
type greeting struct {
	Task  int   `json:"task"`
	Probe int64 `json:"probe,omitempty"`
}

// wants answers it.
type wants struct {
	Missing [][2]int `json:"missing"`
}

func writeMessage(to io.Writer, message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = to.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...))
	return err
}

func readMessage(from io.Reader, most uint32, message any) error {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return err
	}
	length := binary.BigEndian.Uint32(head[:])
	if length > most {
		return fmt.Errorf("a message of %d bytes", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(from, text); err != nil {
		return err
	}
	return json.Unmarshal(text, message)
}
