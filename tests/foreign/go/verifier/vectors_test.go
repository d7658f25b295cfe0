package main

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// Section 17: the test vectors, read by a program that has nothing but docs/spec.md.

func load(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile("../../../vectors/" + name)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func unhexDigest(t *testing.T, text string) digest {
	t.Helper()
	return *(*digest)(unhex(t, text))
}

// agree holds a verdict against the vector's, and wants both kinds of them.
type agree struct {
	t         *testing.T
	good, bad int
}

func (a *agree) on(name, why string, got, want bool) {
	a.t.Helper()
	if got != want {
		a.t.Errorf("%s: %s: valid should be %t", name, why, want)
	}
	if want {
		a.good++
	} else {
		a.bad++
	}
}

func (a *agree) both() {
	a.t.Helper()
	if a.good == 0 || a.bad == 0 {
		a.t.Error("the vectors are all of one kind")
	}
}

func TestSignatures(t *testing.T) {
	var file struct {
		Keys []struct {
			Public, Why string
			Valid       bool
		}
		Signatures []struct {
			Public, Message, Signature, Why string
			Valid                           bool
		}
		Acts []struct {
			Public, JWS, Why string
			Valid            bool
		}
	}
	load(t, "signatures.json", &file)
	verdicts := &agree{t: t}
	for _, one := range file.Keys {
		verdicts.on("key", one.Why, isPublicKey(unhex(t, one.Public)), one.Valid)
	}
	for _, one := range file.Signatures {
		got := verify(unhex(t, one.Public), unhex(t, one.Message), unhex(t, one.Signature))
		verdicts.on("signature", one.Why, got, one.Valid)
	}
	for _, one := range file.Acts {
		public := unhex(t, one.Public)
		signed, ok := readJWS(one.JWS)
		got := ok && signed.kid == keyID(public) && verify(public, []byte(signed.input), signed.signature)
		verdicts.on("act", one.Why, got, one.Valid)
	}
	verdicts.both()
}

func TestMerkle(t *testing.T) {
	var file struct {
		Entries, Roots []string
		Inclusion      []struct {
			Index, Size     uint64
			Leaf, Root, Why string
			Proof           []string
			Valid           bool
		}
	}
	load(t, "merkle.json", &file)
	var grown tree
	for size, root := range file.Roots {
		if grown.root(size) != unhexDigest(t, root) {
			t.Errorf("another root over %d entries", size)
		}
		if size < len(file.Entries) {
			grown.add(leafHash(unhex(t, file.Entries[size])))
		}
	}
	verdicts := &agree{t: t}
	for _, one := range file.Inclusion {
		var proof []digest
		for _, hash := range one.Proof {
			proof = append(proof, unhexDigest(t, hash))
		}
		got := included(one.Index, one.Size, unhexDigest(t, one.Leaf), proof, unhexDigest(t, one.Root))
		verdicts.on("inclusion", one.Why, got, one.Valid)
	}
	verdicts.both()
}

// keyOfType reads a verifier key of this type.
func keyOfType(text string, kind byte) (verifier, bool) {
	parts := strings.SplitN(text, "+", 3)
	key, ok := fromB64(parts[2])
	if !ok || len(key) != 33 || key[0] != kind {
		return verifier{}, false
	}
	by := verifier{parts[0], key[1:]}
	return by, parts[1] == hex.EncodeToString(by.id(kind))
}

// verifierOf reads a verifier key as hearing.json has it.
func verifierOf(text string) (verifier, bool) {
	by, fits := keyOfType(text, typeEd25519)
	return by, fits && by.text() == text
}

func TestCheckpoints(t *testing.T) {
	var file struct {
		Notes []struct {
			Note, VKey, Origin, Root, Fingerprint, Why string
			Size                                       uint64
			Valid                                      bool
		}
	}
	load(t, "checkpoints.json", &file)
	verdicts := &agree{t: t}
	for _, one := range file.Notes {
		by, fits := verifierOf(one.VKey)
		found, got := openCheckpoint([]byte(one.Note), by)
		verdicts.on("note", one.Why, got && fits, one.Valid)
		if one.Valid && (found.size != one.Size || found.root != unhexDigest(t, one.Root) ||
			fingerprint(found.text) != one.Fingerprint || by.name != one.Origin) {
			t.Errorf("note: %s: it says something else", one.Why)
		}
	}
	verdicts.both()
}

func TestReceipts(t *testing.T) {
	var file struct {
		VKey     string
		Receipts []struct {
			Receipt, Why string
			Size         uint64
			Valid        bool
		}
		Entries []struct {
			Entry, Why string
			Valid      bool
		}
	}
	load(t, "receipts.json", &file)
	verdicts := &agree{t: t}
	by, _ := verifierOf(file.VKey)
	for _, one := range file.Receipts {
		found, got := openReceipt([]byte(one.Receipt), by)
		verdicts.on("receipt", one.Why, got, one.Valid)
		if one.Valid && found.checkpoint.size != one.Size {
			t.Errorf("receipt: %s: it is of another size", one.Why)
		}
	}
	for _, one := range file.Entries {
		_, got := readEntry([]byte(one.Entry))
		verdicts.on("entry", one.Why, got, one.Valid)
	}
	verdicts.both()
}
