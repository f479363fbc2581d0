package process

import (
	"net"
	"os"
	"time"

	"github.com/sirupsen/logrus"
)

// Retry calls attempt until it works, and says every ten seconds what it waits for.
func Retry(every time.Duration, what string, attempt func() error) {
	var said time.Time
	for {
		err := attempt()
		if err == nil {
			return
		}
		if time.Since(said) > 10*time.Second {
			logrus.Infof("Waiting for %s: %v", what, err)
			said = time.Now()
		}
		time.Sleep(every)
	}
}

// NotifyReady tells systemd (Type=notify) that start-up is complete.
func NotifyReady() {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	if socket[0] == '@' {
		socket = "\x00" + socket[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		logrus.Errorf("sd_notify: %v", err)
		return
	}
	defer conn.Close()
	conn.Write([]byte("READY=1\n"))
}

// InContainer tells whether a container's power cut keeps the page cache: etcd may then skip fsync.
func InContainer() bool {
	_, err := os.Stat("/run/systemd/container")
	return err == nil
}
