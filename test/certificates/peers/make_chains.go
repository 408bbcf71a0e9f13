// Makes a root and a TLS server certificate for each signature algorithm of crypto/x509: one line a chain, the name
// and both certificates in hexadecimal, the leaf first.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/mldsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func makers() map[string]func() crypto.Signer {
	return map[string]func() crypto.Signer{
		"ECDSA-P256": func() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) },
		"Ed25519": func() crypto.Signer {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			return must(key, err)
		},
		"RSA-2048":  func() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) },
		"ML-DSA-44": func() crypto.Signer { return must(mldsa.GenerateKey(mldsa.MLDSA44())) },
		"ML-DSA-65": func() crypto.Signer { return must(mldsa.GenerateKey(mldsa.MLDSA65())) },
		"ML-DSA-87": func() crypto.Signer { return must(mldsa.GenerateKey(mldsa.MLDSA87())) },
	}
}

func main() {
	now := time.Now()
	for name, make := range makers() {
		rootKey, leafKey := make(), make()
		root := &x509.Certificate{
			Subject:               pkix.Name{CommonName: "Root"},
			NotBefore:             now,
			NotAfter:              now.AddDate(5, 0, 0),
			KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
			BasicConstraintsValid: true,
			IsCA:                  true,
		}
		leaf := &x509.Certificate{
			Subject:     pkix.Name{CommonName: "pump.example"},
			NotBefore:   now,
			NotAfter:    now.AddDate(0, 0, 90),
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			DNSNames:    []string{"pump.example"},
		}
		rootDer := must(x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey))
		issuer := must(x509.ParseCertificate(rootDer))
		leafDer := must(x509.CreateCertificate(rand.Reader, leaf, issuer, leafKey.Public(), rootKey))
		fmt.Printf("%s %x %x\n", name, leafDer, rootDer)
	}
}
