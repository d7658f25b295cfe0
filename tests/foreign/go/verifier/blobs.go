package main

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// Section 9: the other blobs that acts name.

var zones = regexp.MustCompile(`^[A-Za-z0-9_+/-]{1,64}$`)

// member is one entry of the roll as it is announced.
type member struct {
	id, role, commitment, unit string
	weights                    weights
}

type item struct {
	id, ballot string
	questions  []string
}

type notice struct {
	community, starts string
	agenda            []item
	keys              *restartKeys // who holds the keys of the secret polls
}

// opened is what a sealed ballot says, and the salt that proves it.
type opened struct {
	ballot, choice string
	salt           []byte
}

type openings struct {
	poll   string
	opened []opened
}

func (r *reader) version() {
	r.first("v")
	r.literal("1")
}

func readRoll(raw []byte) ([]member, bool) {
	var members []member
	r := &reader{rest: raw}
	r.version()
	r.next("members")
	r.array(func() { members = append(members, r.member()) })
	r.close()
	return members, r.ended()
}

func (r *reader) member() member {
	var found member
	r.first("id")
	found.id = r.memberID()
	r.next("role")
	found.role = r.role()
	r.next("commitment")
	found.commitment = r.hash()
	r.next("weights")
	found.weights = r.weights()
	r.next("unit")
	found.unit = r.atMost(64)
	r.close()
	return found
}

func readNotice(raw []byte) (notice, bool) {
	var found notice
	r := &reader{rest: raw}
	r.version()
	r.next("community")
	r.first("id")
	found.community = r.localID()
	r.next("name")
	r.text()
	r.next("zone")
	r.matching(zones)
	r.close()
	r.next("kind")
	r.oneOf("assembly", "representatives", "hearing", "coordination", "appraisal", "council", "owners")
	r.next("title")
	r.text()
	r.next("place")
	r.text()
	r.next("starts")
	found.starts = r.time()
	r.next("agenda")
	r.array(func() { found.agenda = append(found.agenda, r.item()) })
	if r.more("keys") {
		r.first("holders")
		keys := r.keyHolders()
		r.close()
		found.keys = &keys
	}
	r.close()
	return found, r.ended()
}

func (r *reader) item() item {
	var found item
	r.first("id")
	found.id = r.localID()
	r.next("title")
	r.text()
	r.next("text")
	r.text()
	r.next("ballot")
	found.ballot = r.oneOf("named", "secret", "none")
	r.next("questions")
	r.array(func() { found.questions = append(found.questions, r.hash()) })
	r.close()
	return found
}

func readOpenings(raw []byte) (openings, bool) {
	var found openings
	r := &reader{rest: raw}
	r.version()
	r.next("poll")
	found.poll = r.hash()
	r.next("openings")
	r.array(func() {
		var one opened
		r.first("ballot")
		one.ballot = r.hash()
		r.next("salt")
		one.salt = r.octets(32)
		r.next("choice")
		one.choice = r.choice()
		r.close()
		found.opened = append(found.opened, one)
	})
	r.close()
	return found, r.ended()
}

func areMinutes(raw []byte) bool {
	r := &reader{rest: raw}
	r.version()
	r.next("remarks")
	r.atMost(4000)
	r.close()
	return r.ended()
}

// isComment checks what section 9 says of a comment, and what its act was refused for.
func isComment(raw []byte) bool {
	if len(raw) < 32 || utf8.Valid(raw) || !utf8.Valid(raw[32:]) {
		return false
	}
	text := raw[32:]
	return utf8.RuneCount(text) <= 500 && !isBlankText(string(text)) &&
		!notInReason.Match(bytes.ReplaceAll(text, []byte("\n"), nil))
}
