package pki

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
)

var bootstrapToken = regexp.MustCompile(`^[a-z0-9]{6}\.[a-z0-9]{16}$`)

// Token is a join token: K10<hash of the CA>::<user>:<secret>, K10<hash>::<id>.<secret>, or a bare secret.
type Token struct {
	CAHash string // empty: the CA is trusted at first sight
	User   string
	Secret string // the bootstrap token itself when Bootstrap is set
	// Bootstrap marks a token of `k3s token create`: for agents, with an end.
	Bootstrap bool
}

// ParseToken reads any of the three forms.
func ParseToken(text string) Token {
	t := Token{Secret: strings.TrimSpace(text)}
	if rest, ok := strings.CutPrefix(t.Secret, "K10"); ok {
		if hash, credentials, ok := strings.Cut(rest, "::"); ok {
			t.CAHash, t.Secret = hash, credentials
			if user, secret, ok := strings.Cut(credentials, ":"); ok {
				t.User, t.Secret = user, secret
			}
		}
	}
	t.Bootstrap = t.User == "" && bootstrapToken.MatchString(t.Secret)
	return t
}

// ReadToken reads a token file; no file is an empty token.
func ReadToken(file string) Token {
	content, err := os.ReadFile(file)
	if err != nil {
		return Token{}
	}
	return ParseToken(string(content))
}

// FormatToken pins the CA: K10<hash>::<credentials>.
func FormatToken(caPEM []byte, credentials string) string {
	return "K10" + CAHash(caPEM) + "::" + credentials
}

// CAHash is what a token pins: the digest of the PEM text of a single CA, or of the root (DER) of a bundle.
func CAHash(caPEM []byte) string {
	content := caPEM
	if certificates := parsePEM(caPEM); len(certificates) > 1 {
		content = certificates[len(certificates)-1].Raw
		for _, c := range certificates {
			if bytes.Equal(c.RawSubject, c.RawIssuer) {
				content = c.Raw
			}
		}
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
