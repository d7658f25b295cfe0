package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
)

// What phones and witnesses check of a log, and a verifier of whole records does not need:
// consistency proofs (RFC 9162 §2.1.4.2) and cosignatures (C2SP tlog-cosignature).

func consistent(old, size uint64, oldRoot, root digest, proof []digest) bool {
	if old == 0 && oldRoot != sha256.Sum256(nil) {
		return false
	}
	if old == size || old == 0 {
		return len(proof) == 0 && (old < size || oldRoot == root)
	}
	if old > size || len(proof) == 0 && old&(old-1) != 0 {
		return false
	}
	if old&(old-1) == 0 {
		proof = append([]digest{oldRoot}, proof...)
	}
	node, last := old-1, size-1
	for node&1 == 1 {
		node, last = node>>1, last>>1
	}
	before, after := proof[0], proof[0]
	for _, hash := range proof[1:] {
		if last == 0 {
			return false
		}
		if node&1 == 1 || node == last {
			before, after = nodeHash(hash, before), nodeHash(hash, after)
			for node&1 == 0 && node != 0 {
				node, last = node>>1, last>>1
			}
		} else {
			after = nodeHash(after, hash)
		}
		node, last = node>>1, last>>1
	}
	return last == 0 && before == oldRoot && after == root
}

func TestConsistency(t *testing.T) {
	var file struct {
		Consistency []struct {
			Old, New uint64
			OldRoot  string `json:"old_root"`
			NewRoot  string `json:"new_root"`
			Why      string
			Proof    []string
			Valid    bool
		}
	}
	load(t, "merkle.json", &file)
	verdicts := &agree{t: t}
	for _, one := range file.Consistency {
		var proof []digest
		for _, hash := range one.Proof {
			proof = append(proof, unhexDigest(t, hash))
		}
		got := consistent(one.Old, one.New, unhexDigest(t, one.OldRoot), unhexDigest(t, one.NewRoot), proof)
		verdicts.on("consistency", one.Why, got, one.Valid)
	}
	verdicts.both()
}

const typeCosignature = 4

// cosignedAt gives the time at which this witness has seen a note's text.
func cosignedAt(note []byte, witness verifier) (uint64, bool) {
	text, signatures, ok := splitNote(note)
	for _, one := range signatures {
		if one.name != witness.name || !bytes.Equal(one.id, witness.id(typeCosignature)) {
			continue
		}
		if len(one.signature) != 8+64 {
			return 0, false
		}
		seconds := binary.BigEndian.Uint64(one.signature)
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
		return seconds, ok && verify(witness.key, []byte(message), one.signature[8:])
	}
	return 0, false
}

func TestCosignatures(t *testing.T) {
	var file struct {
		Cosignatures []struct {
			Note, VKey, Why string
			Time            uint64
			Valid           bool
		}
	}
	load(t, "checkpoints.json", &file)
	verdicts := &agree{t: t}
	for _, one := range file.Cosignatures {
		witness, _ := keyOfType(one.VKey, typeCosignature)
		seconds, got := cosignedAt([]byte(one.Note), witness)
		verdicts.on("cosignature", one.Why, got && seconds == one.Time, one.Valid)
	}
	verdicts.both()
}
