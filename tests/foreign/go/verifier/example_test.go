package main

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

// The example: this program must find in it what example.json says.

type moment struct {
	Size        int
	Fingerprint string
}

func TestExample(t *testing.T) {
	var told struct {
		Anchor, VKey, Root, Fingerprint, Phase string
		Leaves                                 []string
		Moments                                []moment
		Members                                []struct {
			ID, Role        string
			Ended           bool
			Device, Present *string
		}
		Polls []struct {
			Poll, Question, Result string
			Electorate             []string
			Ballots                map[string]json.RawMessage
		}
	}
	load(t, "example.json", &told)
	raw, err := os.ReadFile("../../../vectors/example.zip")
	if err != nil {
		t.Fatal(err)
	}
	found, err := audit(raw, false)
	if err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadFile("../../../vectors/example-openings.json")
	if err != nil {
		t.Fatal(err)
	}
	found.checkOpenings(names)
	found.checkAnchor(told.Anchor)
	if len(found.findings) > 0 {
		t.Error(found.findings)
	}
	by := found.state.convened.verifier()
	same(t, "verifier key", by.text(), told.VKey)
	same(t, "phase", found.state.phase, told.Phase)
	for seq, leaf := range told.Leaves {
		if leafHash(found.entries[seq]) != unhexDigest(t, leaf) {
			t.Errorf("another leaf %d", seq)
		}
	}
	for _, one := range append(told.Moments, moment{len(told.Leaves), told.Fingerprint}) {
		same(t, "fingerprint", fingerprint(found.checkpointText(one.Size)), one.Fingerprint)
	}
	for i, one := range told.Members {
		seat := found.state.order[i]
		same(t, "member", []any{seat.id, seat.role, seat.ended, seat.device, seat.present},
			[]any{one.ID, one.Role, one.Ended, orNone(one.Device), orNone(one.Present)})
	}
	for i, one := range told.Polls {
		poll := found.state.pollOrder[i]
		same(t, "poll", []string{poll.id, poll.questionHash, poll.resultHash}, []string{one.Poll, one.Question, one.Result})
		var electorate []string
		for _, seat := range poll.electorate {
			electorate = append(electorate, seat.id)
		}
		same(t, "electorate", electorate, one.Electorate)
		ballots := map[string]string{}
		for leaf, choice := range one.Ballots {
			var compact bytes.Buffer
			if err := json.Compact(&compact, choice); err != nil {
				t.Fatal(err)
			}
			ballots[leaf] = compact.String()
		}
		counted := map[string]string{}
		for leaf, ballot := range poll.byLeaf() {
			counted[leaf] = ballot.choice
		}
		same(t, "ballots", counted, ballots)
	}
}

// What a voter objects to is a finding, so it stands in an example of its own.
func TestLeftOut(t *testing.T) {
	raw, err := os.ReadFile("../../../vectors/example-left-out.zip")
	if err != nil {
		t.Fatal(err)
	}
	found, err := audit(raw, false)
	if err != nil {
		t.Fatal(err)
	}
	box := found.state.pollOrder[0].box
	same(t, "offers", len(box.offers), len(box.listed))
	same(t, "findings", found.findings,
		[]finding{{"credential-left-out", "secret/" + found.state.pollOrder[0].id + ".bel", ""}})
}

func orNone(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}
