package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Section 6: the checkpoint, a signed note.

const (
	maxNote       = 65_536
	maxSignatures = 64
	typeEd25519   = 1
)

var (
	signatureLine = regexp.MustCompile(`^— ([^+ ]+) ([A-Za-z0-9+/]+=*)$`)
	plainNumber   = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})$`)
	controls      = regexp.MustCompile(`[\x00-\x09\x0b-\x1f]`)
)

// verifier is the name and the key that a note must be signed by.
type verifier struct {
	name string
	key  []byte
}

// checkpoint is what a note says: so many entries, and the root over them.
type checkpoint struct {
	text string
	size uint64
	root digest
}

// noteSignature is one signature line.
type noteSignature struct {
	name      string
	id        []byte
	signature []byte
}

func (v verifier) id(kind byte) []byte {
	sum := sha256.Sum256(append([]byte(v.name+"\n"+string(rune(kind))), v.key...))
	return sum[:4]
}

// text is the verifier key as hearing.json has it.
func (v verifier) text() string {
	return v.name + "+" + hex.EncodeToString(v.id(typeEd25519)) + "+" + toB64(append([]byte{typeEd25519}, v.key...))
}

// splitNote gives a note's text and all its signatures.
func splitNote(note []byte) (string, []noteSignature, bool) {
	if len(note) > maxNote || !utf8.Valid(note) || controls.Match(note) {
		return "", nil, false
	}
	gap := strings.LastIndex(string(note), "\n\n")
	if gap < 0 || !bytes.HasSuffix(note, []byte("\n")) {
		return "", nil, false
	}
	text := string(note[:gap+1])
	lines := strings.Split(strings.TrimSuffix(string(note[gap+2:]), "\n"), "\n")
	if len(lines) > maxSignatures {
		return "", nil, false
	}
	var signatures []noteSignature
	for _, line := range lines {
		parts := signatureLine.FindStringSubmatch(line)
		if parts == nil || strings.IndexFunc(parts[1], isBlank) >= 0 {
			return "", nil, false
		}
		raw, ok := fromB64(parts[2])
		if !ok || len(raw) <= 4 {
			return "", nil, false
		}
		signatures = append(signatures, noteSignature{parts[1], raw[:4], raw[4:]})
	}
	return text, signatures, true
}

// openCheckpoint reads a note that this key has signed for the record of its name.
func openCheckpoint(note []byte, by verifier) (checkpoint, bool) {
	text, signatures, ok := splitNote(note)
	if !ok {
		return checkpoint{}, false
	}
	good := 0
	for _, one := range signatures {
		if one.name != by.name || !bytes.Equal(one.id, by.id(typeEd25519)) {
			continue
		}
		if !verify(by.key, []byte(text), one.signature) {
			return checkpoint{}, false
		}
		good++
	}
	found, ok := readCheckpoint(text, by.name)
	return found, ok && good > 0
}

func readCheckpoint(text, origin string) (checkpoint, bool) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != origin || !plainNumber.MatchString(lines[1]) {
		return checkpoint{}, false
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	root, ok := fromB64(lines[2])
	if err != nil || size > maxInteger || !ok || len(root) != 32 {
		return checkpoint{}, false
	}
	return checkpoint{text, size, *(*digest)(root)}, true
}

// fingerprint is what people compare, of a checkpoint's text.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	long := crockford(sum[:], 100)
	return long[:5] + "-" + long[5:10] + "-" + long[10:15] + "-" + long[15:]
}
