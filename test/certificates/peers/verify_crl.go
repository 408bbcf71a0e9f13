// Go's crypto/x509 on a CRL of ours: CA CRL, as PEM files; it prints the number of entries.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func block(path string) []byte {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	found, _ := pem.Decode(text)
	if found == nil {
		panic("no PEM block")
	}
	return found.Bytes
}

func main() {
	ca, err := x509.ParseCertificate(block(os.Args[1]))
	if err != nil {
		panic(err)
	}
	list, err := x509.ParseRevocationList(block(os.Args[2]))
	if err != nil {
		panic(err)
	}
	if err := list.CheckSignatureFrom(ca); err != nil {
		panic(err)
	}
	fmt.Print(len(list.RevokedCertificateEntries))
}
