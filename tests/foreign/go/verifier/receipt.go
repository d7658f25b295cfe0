package main

import (
	"strconv"
	"strings"
)

// Section 7: the receipt of an entry.

// receipt is a proof that a checkpoint's tree has this entry.
type receipt struct {
	entry      []byte
	index      uint64
	checkpoint checkpoint
}

// openReceipt reads a receipt, and checks all of it that can be checked without the record.
func openReceipt(raw []byte, by verifier) (receipt, bool) {
	head, note, found := strings.Cut(string(raw), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || len(lines) > 3+63 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return receipt{}, false
	}
	bytes, ok := fromB64(strings.TrimPrefix(lines[1], "extra "))
	if !ok || !strings.HasPrefix(lines[1], "extra ") {
		return receipt{}, false
	}
	number := strings.TrimPrefix(lines[2], "index ")
	index, err := strconv.ParseUint(number, 10, 64)
	if err != nil || !strings.HasPrefix(lines[2], "index ") || !plainNumber.MatchString(number) {
		return receipt{}, false
	}
	proof, ok := readProof(lines[3:])
	if !ok {
		return receipt{}, false
	}
	signed, ok := openCheckpoint([]byte(note), by)
	line, readable := readEntry(bytes)
	good := ok && readable && uint64(line.seq) == index &&
		included(index, signed.size, leafHash(bytes), proof, signed.root)
	return receipt{bytes, index, signed}, good
}

func readProof(lines []string) ([]digest, bool) {
	var proof []digest
	for _, line := range lines {
		hash, ok := fromB64(line)
		if !ok || len(hash) != 32 {
			return nil, false
		}
		proof = append(proof, *(*digest)(hash))
	}
	return proof, true
}
