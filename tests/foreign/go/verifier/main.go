// Command verifier checks the record of a residents' hearing, as docs/spec.md says and from nothing else.
//
//	verifier [--anchor ANCHOR] [--receipt FILE]… [--earlier FILE]… [--openings FILE]… [--running] HEARING.zip
//
// It counts motions; of other polls it says on the other output that they were not recounted.
// It builds the archives of secret polls anew from the record, and checks every proof in them.
// It prints every finding as a line of JSON, and ends with 0 if there is none, 1 if there are some,
// and 2 if the file is no bundle or cannot be read.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

// paths are those of an option that may stand several times.
type paths []string

func (p *paths) String() string { return strings.Join(*p, " ") }

func (p *paths) Set(path string) error {
	*p = append(*p, path)
	return nil
}

// options are what the auditor brings along; nil if it is not there.
type options struct {
	anchor            *string
	receipts          paths
	earlier, openings paths
	running           bool
}

func main() {
	var brought options
	flag.Func("anchor", "the community's anchor, from a card or a notice", func(text string) error {
		brought.anchor = &text
		return nil
	})
	flag.Var(&brought.receipts, "receipt", "a receipt that a phone has kept")
	flag.Var(&brought.earlier, "earlier", "an earlier bundle of the same record")
	flag.Var(&brought.openings, "openings", "who the entries of the roll are")
	flag.BoolVar(&brought.running, "running", false, "the record is still going on")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	found, err := check(flag.Arg(0), brought)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	report(found, brought)
	if len(found.findings) > 0 {
		os.Exit(1)
	}
}

func check(path string, brought options) (*audited, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	found, err := audit(raw, brought.running)
	if err != nil || !found.convened() {
		return found, err
	}
	if brought.anchor != nil {
		found.checkAnchor(*brought.anchor)
	}
	err = brought.receipts.each(func(number int, raw []byte) error {
		found.checkReceipt(number, raw)
		return nil
	})
	if err == nil {
		err = brought.earlier.each(func(_ int, raw []byte) error { return found.checkEarlier(raw) })
	}
	if err == nil {
		err = brought.openings.each(func(_ int, raw []byte) error {
			found.checkOpenings(raw)
			return nil
		})
	}
	return found, err
}

// each reads the files, and counts them from 1.
func (p paths) each(use func(number int, raw []byte) error) error {
	for i, path := range p {
		raw, err := os.ReadFile(path)
		if err == nil {
			err = use(i+1, raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func report(found *audited, brought options) {
	lines := json.NewEncoder(os.Stdout)
	lines.SetEscapeHTML(false)
	for _, one := range found.findings {
		lines.Encode(one)
	}
	for _, one := range found.state.pollOrder {
		if one.resultHash != "" && !one.question.isMotion() {
			fmt.Fprintf(os.Stderr, "not recounted: results/%s.json, by %s\n", one.id, one.question.method)
		}
	}
	if len(found.findings) > 0 {
		return
	}
	size := len(found.entries)
	fmt.Fprintf(os.Stderr, "%d entries, fingerprint %s\n", size, fingerprint(found.checkpointText(size)))
	if brought.anchor == nil {
		fmt.Fprintln(os.Stderr, "The record is consistent, but not tied to a known community: compare the anchor",
			anchorOf(found.state.convened.root))
	}
}
