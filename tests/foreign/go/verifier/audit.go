package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// Section 15: what is checked with nothing but the bundle.

const readmeHash = "20ce09e72bd559452fd045582d7af8df63f11732248ffcab0d3e3454dc4b341f"

var (
	fixedNames   = regexp.MustCompile(`^(README\.txt|checkpoint|hearing\.json|log\.jsonl)$`)
	hashedNames  = regexp.MustCompile(`^(blobs/[0-9a-f]{64}|results/[0-9a-f]{64}\.json|secret/[0-9A-Za-z-]{1,64}\.bel)$`)
	errNoBundle  = errors.New("this is no bundle: checkpoint, hearing.json or log.jsonl is missing")
	neededByName = []string{"checkpoint", "hearing.json", "log.jsonl"}
)

// finding is something that does not fit.
type finding struct {
	Code   string `json:"code"`
	Where  string `json:"where"`
	Detail string `json:"detail,omitempty"`
}

// audited is a bundle and what was found in it.
type audited struct {
	files    map[string][]byte
	entries  [][]byte
	tree     tree
	state    *state
	findings []finding
}

func (a *audited) find(code, where, detail string) {
	a.findings = append(a.findings, finding{code, where, detail})
}

func sha256Hex(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// openBundle reads the files of a bundle, and the lines of its log.
func openBundle(raw []byte) (*audited, error) {
	files, err := readArchive(raw)
	if err != nil {
		return nil, err
	}
	a := &audited{files: map[string][]byte{}}
	a.checkFiles(files, raw)
	for _, name := range neededByName {
		if a.files[name] == nil {
			return nil, errNoBundle
		}
	}
	a.entries = a.lines()
	return a, nil
}

// audit checks a bundle. It is running if the record is known to be still going on.
func audit(raw []byte, running bool) (*audited, error) {
	a, err := openBundle(raw)
	if err != nil {
		return nil, err
	}
	a.state = newState(a.blob, a.tree.root, a.result)
	a.replay()
	a.checkHearing()
	a.checkBlobs()
	a.checkResults(running)
	a.checkArchives()
	if a.convened() && a.state.phase != "adjourned" && !running {
		a.find("unfinished", "log.jsonl", "")
	}
	return a, nil
}

// blob gives a blob's bytes, if they are here and are those that its name promises.
func (a *audited) blob(hash string) []byte {
	raw, found := a.files["blobs/"+hash]
	if !found || sha256Hex(raw) != hash {
		return nil
	}
	return raw
}

// result is the file that says what came of a poll.
func (a *audited) result(poll string) []byte { return a.files["results/"+poll+".json"] }

func (a *audited) checkFiles(files []file, raw []byte) {
	for _, one := range files {
		if _, twice := a.files[one.name]; twice {
			a.find("repeated-name", one.name, "")
			continue
		}
		a.files[one.name] = append([]byte{}, one.data...)
		if !fixedNames.MatchString(one.name) && !hashedNames.MatchString(one.name) {
			a.find("unknown-file", one.name, "")
		}
	}
	if sha256Hex(a.files["README.txt"]) != readmeHash {
		a.find("readme", "README.txt", "")
	}
	if !bytes.Equal(writeArchive(byName(files)), raw) {
		a.find("archive-bytes", "", "")
	}
}

func (a *audited) checkHearing() {
	if !a.convened() {
		a.find("not-convened", "log.jsonl:0", "")
		return
	}
	by := a.state.convened.verifier()
	expected := fmt.Sprintf(`{"v":1,"hearing":%s,"origin":%s,"anchor":%s,"vkey":%s}`, quoted(a.state.hearing),
		quoted(by.name), quoted(anchorOf(a.state.convened.root)), quoted(by.text()))
	if string(a.files["hearing.json"]) != expected {
		a.find("hearing-file", "hearing.json", "")
	}
	signed, ok := openCheckpoint(a.files["checkpoint"], by)
	switch {
	case !ok:
		a.find("bad-checkpoint", "checkpoint", "")
	case signed.size != uint64(len(a.entries)):
		a.find("checkpoint-size", "checkpoint", "")
	case signed.root != a.tree.root(len(a.entries)):
		a.find("checkpoint-root", "checkpoint", "")
	}
}

// checkpointText is what a checkpoint of so many entries of this record says.
func (a *audited) checkpointText(size int) string {
	root := a.tree.root(size)
	return fmt.Sprintf("%s\n%d\n%s\n", a.state.convened.origin, size, toB64(root[:]))
}

func (a *audited) convened() bool { return a.state.phase != "empty" }

// verifier is who signs checkpoints of this record.
func (c convene) verifier() verifier { return verifier{c.origin, c.service} }

func (a *audited) checkBlobs() {
	for _, name := range a.names("blobs/") {
		hash := strings.TrimPrefix(name, "blobs/")
		kind, named := a.state.named[hash]
		raw := a.blob(hash)
		if raw == nil {
			a.find("blob-bytes", name, "")
		}
		if a.convened() && !named {
			a.find("blob-unknown", name, "")
		}
		if raw != nil && kind == "comment" && !isComment(raw) {
			a.find("bad-comment", name, "")
		}
		if raw != nil && kind == "minutes" && !areMinutes(raw) {
			a.find("bad-minutes", name, "")
		}
	}
	for hash := range a.state.named {
		if _, found := a.files["blobs/"+hash]; !found && !a.state.erased[hash] {
			a.find("blob-missing", "blobs/"+hash, "")
		}
	}
}

func (a *audited) checkResults(running bool) {
	expected := map[string]bool{}
	for _, one := range a.state.pollOrder {
		name := "results/" + one.id + ".json"
		raw, here := a.files[name]
		switch {
		case one.resultHash == "" && one.closed && !running:
			a.find("no-result", name, "")
		case one.resultHash == "":
		case !here:
			a.find("result-missing", name, "")
		case sha256Hex(raw) != one.resultHash:
			a.find("result-differs", name, "")
		}
		if one.resultHash != "" {
			expected[name] = true
			if one.box == nil && one.unopened() > 0 {
				a.find("unverified", name, "")
			}
		}
	}
	for _, name := range a.names("results/") {
		if a.convened() && !expected[name] {
			a.find("result-unknown", name, "")
		}
	}
}

// names are those in a folder, in order.
func (a *audited) names(folder string) []string {
	var found []string
	for name := range a.files {
		if strings.HasPrefix(name, folder) {
			found = append(found, name)
		}
	}
	sort.Strings(found)
	return found
}

func (a *audited) checkArchives() {
	expected := map[string]bool{}
	for _, one := range a.state.pollOrder {
		ours := one.archive()
		if ours == nil {
			continue
		}
		name := "secret/" + one.id + ".bel"
		expected[name] = true
		raw, here := a.files[name]
		switch {
		case !here:
			a.find("archive-missing", name, "")
		case !bytes.Equal(raw, ours):
			a.find("archive-differs", name, "")
		case !one.box.proved():
			a.find("bad-archive", name, "")
		}
		if len(one.box.objections) > 0 {
			a.find("credential-left-out", name, "")
		}
	}
	for _, name := range a.names("secret/") {
		if a.convened() && !expected[name] {
			a.find("archive-unknown", name, "")
		}
	}
}
