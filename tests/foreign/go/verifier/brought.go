package main

import (
	"bytes"
	"fmt"
)

// Section 15, items 14 to 17: what the auditor brings along.

func (a *audited) checkAnchor(anchor string) {
	if typedCrockford(anchor) != anchorOf(a.state.convened.root) {
		a.find("other-community", "hearing.json", "")
	}
}

func (a *audited) checkReceipt(number int, raw []byte) {
	where := fmt.Sprintf("receipt %d", number)
	found, good := openReceipt(raw, a.state.convened.verifier())
	switch {
	case !good:
		a.find("bad-receipt", where, "")
	case found.checkpoint.size > uint64(len(a.entries)):
		a.find("receipt-ahead", where, "")
	case found.checkpoint.root != a.tree.root(int(found.checkpoint.size)),
		!bytes.Equal(found.entry, a.entries[found.index]):
		a.find("receipt-differs", where, "")
	}
}

// checkEarlier holds the entries against those of an earlier bundle.
func (a *audited) checkEarlier(raw []byte) error {
	earlier, err := openBundle(raw)
	if err != nil {
		return err
	}
	for number, line := range earlier.entries {
		if number >= len(a.entries) || !bytes.Equal(line, a.entries[number]) {
			a.find("not-a-prefix", "log.jsonl", fmt.Sprintf("entry %d", number))
			break
		}
	}
	return nil
}

// rollEntry is who an entry of the roll is.
type rollEntry struct {
	id          string
	salt, token []byte
}

func readRollOpenings(raw []byte) (string, []rollEntry, bool) {
	var entries []rollEntry
	r := &reader{rest: raw}
	r.version()
	hearing := r.named("hearing", r.hearingID)
	r.next("members")
	r.array(func() {
		var one rollEntry
		r.first("id")
		one.id = r.memberID()
		r.next("name")
		r.string()
		r.next("salt")
		one.salt = r.octets(32)
		r.next("token")
		one.token = r.octets(32)
		r.close()
		entries = append(entries, one)
	})
	r.close()
	return hearing, entries, r.ended()
}

func (a *audited) checkOpenings(raw []byte) {
	hearing, entries, readable := readRollOpenings(raw)
	byID := map[string]rollEntry{}
	for _, one := range entries {
		byID[one.id] = one
	}
	if !readable || hearing != a.state.hearing || len(byID) != len(entries) {
		a.find("bad-openings", "openings", "")
		return
	}
	votes := map[string]int{}
	for _, one := range entries {
		seat := a.state.seats[one.id]
		if seat == nil {
			a.find("not-on-roll", "roll:"+one.id, "")
			continue
		}
		if !commits(seat.commitment, one.salt, one.token) {
			a.find("other-person", "roll:"+one.id, "")
		}
		if seat.role == "representative" && !seat.ended {
			votes[string(one.token)]++
		}
	}
	for _, one := range a.state.order {
		if _, found := byID[one.id]; !found {
			a.find("unnamed", "roll:"+one.id, "")
		}
	}
	for _, count := range votes {
		if count > 1 {
			a.find("one-card-two-votes", "openings", "")
		}
	}
}
