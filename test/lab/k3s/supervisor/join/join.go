// Package join asks another server's supervisor: for its CA, for certificates, for the cluster's secrets.
package join

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"lab/k3s/pki"
)

// StatusError is an answer other than 200.
type StatusError struct {
	URL  string
	Code int
	Body string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.URL, e.Code, http.StatusText(e.Code))
	if e.Code == http.StatusForbidden || e.Code == http.StatusConflict {
		text += ": " + e.Body
	}
	return text
}

// HasStatus tells whether err is an answer with this code.
func HasStatus(err error, code int) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Code == code
}

// ErrCAMismatch: the server's CA is not the one the token pins.
var ErrCAMismatch = errors.New("token CA hash does not match the Cluster CA certificate hash")

// Client talks to one supervisor with one credential.
type Client struct {
	base  string
	user  string
	token pki.Token
	http  *http.Client
	CA    []byte // the cluster's server CA, as the supervisor gave it
}

// Connect fetches the CA over an unverified connection, checks it against the token and returns a client that trusts it.
func Connect(server, user string, token pki.Token) (*Client, error) {
	c := &Client{base: strings.TrimSuffix(server, "/"), user: user, token: token,
		http: client(&tls.Config{InsecureSkipVerify: true})}
	ca, err := c.do(http.MethodGet, "/cacerts", nil, nil, false)
	if err != nil {
		return nil, fmt.Errorf("failed to get CA certs: %w", err)
	}
	if token.CAHash == "" {
		logrus.Warn("Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash. Use the full token from the server's node-token file to enable Cluster CA validation.")
	} else if have := pki.CAHash(ca); have != token.CAHash {
		return nil, fmt.Errorf("%w: %s != %s", ErrCAMismatch, token.CAHash, have)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	c.CA, c.http = ca, client(&tls.Config{RootCAs: pool})
	return c, nil
}

func client(config *tls.Config) *http.Client {
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: config}}
}

// Get fetches a path with the token.
func (c *Client) Get(path string) ([]byte, error) {
	return c.do(http.MethodGet, path, nil, nil, true)
}

// Post sends a body with headers and the token.
func (c *Client) Post(path string, header http.Header, body []byte) ([]byte, error) {
	return c.do(http.MethodPost, path, header, body, true)
}

func (c *Client) do(method, path string, header http.Header, body []byte, authenticated bool) ([]byte, error) {
	request, err := http.NewRequest(method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	switch {
	case !authenticated:
	case c.token.Bootstrap:
		request.Header.Set("Authorization", "Bearer "+c.token.Secret)
	default:
		request.SetBasicAuth(c.user, c.token.Secret)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = &StatusError{c.base + path, response.StatusCode, strings.TrimSpace(string(content))}
	}
	return content, err
}

// HostPort is the host:port of a server URL.
func HostPort(server string) string {
	u, err := url.Parse(server)
	pki.Must(err, "server URL")
	if u.Port() == "" {
		return u.Hostname() + ":443"
	}
	return u.Host
}
