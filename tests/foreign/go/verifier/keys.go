package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
)

// Section 2: keys and signatures.

var (
	neutralEncoding = append([]byte{1}, make([]byte, 31)...)
	publicKeys      = map[string]bool{}
)

// isPublicKey tells whether raw is the canonical encoding of a point of prime order.
func isPublicKey(raw []byte) bool {
	known, found := publicKeys[string(raw)]
	if !found {
		key, ok := decodePoint(raw)
		known = ok && key.hasPrimeOrder()
		publicKeys[string(raw)] = known
	}
	return known
}

// verify checks a signature strictly.
// What crypto/ed25519 adds is the equation itself: it has no cofactor, and compares R byte for byte.
func verify(public, message, signature []byte) bool {
	return isPublicKey(public) &&
		len(signature) == ed25519.SignatureSize &&
		littleEndian(signature[32:]).Cmp(groupOrder) < 0 &&
		!bytes.Equal(signature[:32], neutralEncoding) &&
		ed25519.Verify(public, message, signature)
}

// thumbprint is the SHA-256 of the key as a JWK (RFC 7638).
func thumbprint(public []byte) []byte {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + toB64url(public) + `"}`))
	return sum[:]
}

func keyID(public []byte) string { return toB64url(thumbprint(public)) }

// anchorOf is what a community prints of its root key.
func anchorOf(public []byte) string { return crockford(thumbprint(public), 80) }
