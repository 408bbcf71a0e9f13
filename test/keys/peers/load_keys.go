// Loads private keys with Go's crypto/x509 and prints their public keys; or makes keys and prints both halves.
//
//	load FILE...   one line a file: ok and the SubjectPublicKeyInfo in hex, or fail and why
//	make           one line a key: name, PKCS #8 in hex, SubjectPublicKeyInfo in hex
package main

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/mldsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func spki(key any) (string, error) {
	var public any
	switch k := key.(type) {
	case *ecdh.PrivateKey:
		public = k.PublicKey()
	case crypto.Signer:
		public = k.Public()
	default:
		return "", fmt.Errorf("%T has no public key", key)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	return hex.EncodeToString(der), err
}

func load(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return "", fmt.Errorf("no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	return spki(key)
}

func main() {
	if os.Args[1] == "load" {
		for _, name := range os.Args[2:] {
			if public, err := load(name); err != nil {
				fmt.Println("fail", err)
			} else {
				fmt.Println("ok", public)
			}
		}
		return
	}
	_, ed := must2(ed25519.GenerateKey(rand.Reader))
	keys := map[string]any{
		"Ed25519":   ed,
		"X25519":    must(ecdh.X25519().GenerateKey(rand.Reader)),
		"P-256":     must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"P-384":     must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"P-521":     must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)),
		"RSA-2048":  must(rsa.GenerateKey(rand.Reader, 2048)),
		"ML-DSA-44": must(mldsa.GenerateKey(mldsa.MLDSA44())),
		"ML-DSA-65": must(mldsa.GenerateKey(mldsa.MLDSA65())),
		"ML-DSA-87": must(mldsa.GenerateKey(mldsa.MLDSA87())),
	}
	for name, key := range keys {
		fmt.Println(name, hex.EncodeToString(must(x509.MarshalPKCS8PrivateKey(key))), must(spki(key)))
	}
}

func must2[A, B any](a A, b B, err error) (A, B) {
	must(0, err)
	return a, b
}
