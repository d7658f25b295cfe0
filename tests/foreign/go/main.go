// Command logcheck checks a log directory as a stranger would: with the Go project's own
// packages for signed notes and transparency logs, and nothing of ours.
//
// The directory has: vkey, witness (verifier keys), checkpoint, tile/… as served, older (an earlier
// checkpoint), consistency (base64 hashes, one a line), and receipts/*.tlog-proof.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(dir string) error {
	key, err := verifier(filepath.Join(dir, "vkey"))
	if err != nil {
		return err
	}
	message, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := open(message, key)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := witnessed(dir, message); err != nil {
		return fmt.Errorf("cosignature: %w", err)
	}
	if err := consistent(dir, key, tree); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	entries, err := everything(dir, tree)
	if err != nil {
		return err
	}
	receipts, err := filepath.Glob(filepath.Join(dir, "receipts", "*.tlog-proof"))
	if err != nil {
		return err
	}
	for _, name := range receipts {
		if err := receipt(name, key); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	fmt.Printf("%d entries, %d receipts\n", entries, len(receipts))
	return nil
}

func verifier(name string) (note.Verifier, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(string(text))
}

func open(message []byte, key note.Verifier) (tlog.Tree, error) {
	n, err := note.Open(message, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		return tlog.Tree{}, errors.New("not our checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// witness verifies cosignature/v1, which x/mod does not know: 8 bytes of time, then Ed25519.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(w.key, append([]byte(head), msg...), sig[8:])
}

func witnessed(dir string, message []byte) error {
	text, err := os.ReadFile(filepath.Join(dir, "witness"))
	if err != nil {
		return err
	}
	parts := strings.SplitN(string(text), "+", 3)
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return errors.New("not a witness's key")
	}
	_, err = note.Open(message, note.VerifierList(witness{parts[0], uint32(hash), key[1:]}))
	return err
}

func consistent(dir string, key note.Verifier, tree tlog.Tree) error {
	message, err := os.ReadFile(filepath.Join(dir, "older"))
	if err != nil {
		return err
	}
	older, err := open(message, key)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "consistency"))
	if err != nil {
		return err
	}
	proof, err := hashes(strings.Fields(string(text)))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

func hashes(lines []string) (proof []tlog.Hash, err error) {
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		proof = append(proof, hash)
	}
	return proof, nil
}

func receipt(name string, key note.Verifier) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	gap := bytes.Index(text, []byte("\n\n"))
	lines := strings.Split(string(text[:gap]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := hashes(lines[3:])
	if err != nil {
		return err
	}
	tree, err := open(text[gap+2:], key)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// files reads tiles of height 8 as tlog-tiles serves them: without the height in the path.
type files struct{ dir string }

func (f files) Height() int                     { return 8 }
func (f files) SaveTiles([]tlog.Tile, [][]byte) {}
func (f files) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		raw, err := os.ReadFile(filepath.Join(f.dir, strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		data = append(data, raw)
	}
	return data, nil
}

// everything compares each entry with the tree's own leaf hash, read through verified tiles.
func everything(dir string, tree tlog.Tree) (int64, error) {
	reader := tlog.TileHashReader(tree, files{dir})
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		var indexes []int64
		for i := int64(0); i < width; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+i))
		}
		leaves, err := reader.ReadHashes(indexes)
		if err != nil {
			return 0, err
		}
		data := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)}
		raw, err := os.ReadFile(filepath.Join(dir, strings.Replace(data.Path(), "tile/8/data/", "tile/entries/", 1)))
		if err != nil {
			return 0, err
		}
		for i, leaf := range leaves {
			if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
				return 0, fmt.Errorf("entry %d is missing", first+int64(i))
			}
			length := 2 + int(binary.BigEndian.Uint16(raw))
			if tlog.RecordHash(raw[2:length]) != leaf {
				return 0, fmt.Errorf("entry %d is another", first+int64(i))
			}
			raw = raw[length:]
		}
		if len(raw) != 0 {
			return 0, errors.New("an entry too many")
		}
	}
	return tree.N, nil
}
