// images writes the airgap archive: one layer and one program an image, as docker save and OCI layout at once.
// The same input gives the same bytes.
//
//	images ARCH REFERENCE=PROGRAM... > archive.tar
package main

import (
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: images ARCH REFERENCE=PROGRAM...")
	}
	archive := newArchive(os.Stdout)
	for _, argument := range os.Args[2:] {
		reference, program, ok := strings.Cut(argument, "=")
		if !ok {
			log.Fatalf("%s: REFERENCE=PROGRAM expected", argument)
		}
		if err := archive.addImage(os.Args[1], reference, program); err != nil {
			log.Fatal(err)
		}
	}
	if err := archive.finish(); err != nil {
		log.Fatal(err)
	}
}
