// echo answers on :8080 with the pod and node it runs on. As a client it is a probe:
// `echo get URL` prints what a URL answers, `echo resolve NAME` prints a name's addresses.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) == 1 {
		serve()
		return
	}
	if len(os.Args) != 3 {
		log.Fatal("usage: echo | echo get URL | echo resolve NAME")
	}
	switch os.Args[1] {
	case "get":
		get(os.Args[2])
	case "resolve":
		addresses, err := net.LookupHost(os.Args[2])
		if err != nil {
			log.Fatal(err)
		}
		for _, address := range addresses {
			fmt.Println(address)
		}
	default:
		log.Fatalf("echo: unknown word %s", os.Args[1])
	}
}

func get(url string) {
	response, err := (&http.Client{Timeout: 3 * time.Second}).Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(os.Stdout, response.Body); err != nil || response.StatusCode != http.StatusOK {
		log.Fatal(response.Status, " ", err)
	}
}

func serve() {
	pod, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("echo on %s", pod)
	log.Fatal(http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "pod=%s node=%s from=%s\n", pod, os.Getenv("NODE_NAME"), r.RemoteAddr)
	})))
}
