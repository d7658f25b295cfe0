package main

import "crypto/sha256"

// Section 5: the tree of RFC 6962.

type digest = [32]byte

// tree keeps the hash of every complete subtree: levels[l][i] is over the leaves from i·2^l to (i+1)·2^l.
type tree struct{ levels [][]digest }

func leafHash(entry []byte) digest { return sha256.Sum256(append([]byte{0}, entry...)) }

func nodeHash(left, right digest) digest {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

func (t *tree) size() int {
	if len(t.levels) == 0 {
		return 0
	}
	return len(t.levels[0])
}

func (t *tree) add(leaf digest) {
	for level := 0; ; level++ {
		if level == len(t.levels) {
			t.levels = append(t.levels, nil)
		}
		t.levels[level] = append(t.levels[level], leaf)
		count := len(t.levels[level])
		if count%2 == 1 {
			return
		}
		leaf = nodeHash(t.levels[level][count-2], t.levels[level][count-1])
	}
}

// root is the hash over the first so many leaves; there must be that many.
func (t *tree) root(size int) digest {
	if size == 0 {
		return sha256.Sum256(nil)
	}
	var root digest
	for level, first := 0, true; size>>level > 0; level++ {
		if size>>level&1 == 0 {
			continue
		}
		left := t.levels[level][size>>level-1]
		if first {
			root, first = left, false
		} else {
			root = nodeHash(left, root)
		}
	}
	return root
}

// included verifies an inclusion proof (RFC 9162 §2.1.3.2).
func included(index, size uint64, leaf digest, proof []digest, root digest) bool {
	if index >= size {
		return false
	}
	node, last := index, size-1
	for _, sibling := range proof {
		if last == 0 {
			return false
		}
		if node&1 == 1 || node == last {
			leaf = nodeHash(sibling, leaf)
			for node&1 == 0 && node != 0 {
				node, last = node>>1, last>>1
			}
		} else {
			leaf = nodeHash(leaf, sibling)
		}
		node, last = node>>1, last>>1
	}
	return last == 0 && leaf == root
}
