package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"lab/k3s/config"
	"lab/k3s/pki"
)

// TokenCommand is `k3s token create [--ttl 24h] | list | delete ID`: tokens for agents, with an end.
func TokenCommand(arguments []string) {
	if len(arguments) == 0 {
		logrus.Fatal("k3s token: one of create, list, delete is needed")
	}
	ttl, words, rest := 24*time.Hour, []string{}, []string{}
	for i := 1; i < len(arguments); i++ {
		value, found := strings.CutPrefix(arguments[i], "--ttl=")
		switch {
		case arguments[i] == "--ttl" && i+1 < len(arguments):
			i++
			value, found = arguments[i], true
		case !found && strings.HasPrefix(arguments[i], "-"):
			rest = append(rest, arguments[i])
		case !found:
			words = append(words, arguments[i])
		}
		if found {
			parsed, err := time.ParseDuration(value)
			pki.Must(err, "--ttl")
			ttl = parsed
		}
	}
	s := &Server{Config: config.Load("server", rest)}
	switch arguments[0] {
	case "create":
		s.createToken(ttl)
	case "list":
		s.listTokens()
	case "delete":
		for _, id := range words {
			id, _, _ = strings.Cut(id, ".")
			err := s.client(apiLimit).CoreV1().Secrets("kube-system").Delete(context.Background(), "bootstrap-token-"+id, metav1.DeleteOptions{})
			pki.Must(err, "deleting token")
			fmt.Printf("bootstrap token %q deleted\n", id)
		}
	default:
		logrus.Fatalf("k3s token %s is not part of the lab stand-in (create, list and delete are)", arguments[0])
	}
}

func (s *Server) createToken(ttl time.Duration) {
	id, secret := word(6), word(16)
	data := map[string]string{"token-id": id, "token-secret": secret, "usage-bootstrap-authentication": "true",
		"auth-extra-groups": "system:bootstrappers:k3s:default-node-token"}
	if ttl > 0 {
		data["expiration"] = time.Now().Add(ttl).UTC().Format(time.RFC3339)
	}
	_, err := s.client(apiLimit).CoreV1().Secrets("kube-system").Create(context.Background(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "bootstrap-token-" + id}, Type: corev1.SecretTypeBootstrapToken, StringData: data}, metav1.CreateOptions{})
	pki.Must(err, "creating token")
	ca, err := os.ReadFile(s.dir("tls/server-ca.crt"))
	pki.Must(err, "server CA")
	fmt.Println(pki.FormatToken(ca, id+"."+secret))
}

func (s *Server) listTokens() {
	secrets, err := s.client(apiLimit).CoreV1().Secrets("kube-system").List(context.Background(),
		metav1.ListOptions{FieldSelector: "type=" + string(corev1.SecretTypeBootstrapToken)})
	pki.Must(err, "listing tokens")
	table := tabwriter.NewWriter(os.Stdout, 10, 4, 3, ' ', 0)
	defer table.Flush()
	fmt.Fprint(table, "TOKEN\tEXPIRES\tUSAGES\tDESCRIPTION\n")
	for _, secret := range secrets.Items {
		end := string(secret.Data["expiration"])
		if end == "" {
			end = "<never>"
		}
		fmt.Fprintf(table, "%s\t%s\tauthentication\t%s\n", secret.Data["token-id"], end, secret.Data["description"])
	}
}

// word is n random letters and digits.
func word(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz012345"
	random := make([]byte, n)
	rand.Read(random)
	for i := range random {
		random[i] = letters[int(random[i])%len(letters)]
	}
	return string(random)
}
