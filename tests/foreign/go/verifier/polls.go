package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Section 12: a poll from its opening to its result.

type openPoll struct{ item, question, closes string }

type closePoll struct{ poll string }

type revealPoll struct{ poll, openings string }

type publishTally struct{ poll, result string }

type voidPoll struct{ poll, reason string }

func (o openPoll) apply(s *state, by signer) string {
	about, found := s.items[o.item]
	switch {
	case !found:
		return "unknown-item"
	case s.current != o.item:
		return "item-not-called"
	case !contains(about.questions, o.question):
		return "unknown-question"
	}
	for _, one := range s.pollOrder {
		if one.questionHash == o.question && one.isLast() {
			return "already-polled"
		}
	}
	if o.closes != "" && !isMoment(o.closes) {
		return "bad-time"
	}
	if o.closes != "" && o.closes <= by.at {
		return "closes-in-the-past"
	}
	opened := &poll{id: by.leaf, openedAt: by.at, closes: o.closes, question: s.questions[o.question], questionHash: o.question}
	opened.eligible, opened.ballots = s.voters(), map[*seat]*ballot{}
	for _, one := range opened.eligible {
		if one.present != "" || opened.question.electorate == "roll" {
			opened.electorate = append(opened.electorate, one)
		}
	}
	for _, one := range opened.question.rule.quorum {
		if one.count == "present" && !opened.compare(one).ok {
			return "quorum-missing"
		}
	}
	if opened.question.secret() {
		found, code := s.newBox(opened)
		if code != "" {
			return code
		}
		opened.box = found
	}
	s.polls[opened.id] = opened
	s.pollOrder = append(s.pollOrder, opened)
	return ""
}

func (c closePoll) apply(s *state, by signer) string {
	one := s.polls[c.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case !one.isOpen():
		return "poll-closed"
	case !one.isDue(by.at) && (by.role == "service" || one.closes != "" && one.returned() < one.awaited()):
		return "not-yet-due"
	}
	one.closed, one.closedSize = true, by.number+1
	if one.box != nil {
		one.box.seal()
	}
	s.stand(by)
	return ""
}

func (r revealPoll) apply(s *state, _ signer) string {
	one := s.polls[r.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case !one.closed:
		return "poll-not-closed"
	case one.revealed || one.resultHash != "" && !one.void:
		return "already-revealed"
	case !one.question.sealed():
		return "not-sealed"
	}
	if raw := s.blobs(r.openings); raw != nil {
		if code := one.open(raw); code != "" {
			return code
		}
	}
	one.revealed = true
	s.name(r.openings, "openings")
	return ""
}

// open checks a blob of openings, and then takes the choices from it.
func (p *poll) open(raw []byte) string {
	found, readable := readOpenings(raw)
	if !readable || found.poll != p.id {
		return "openings-wrong"
	}
	counted, last := p.byLeaf(), -1
	for _, one := range found.opened {
		ballot := counted[one.ballot]
		if ballot == nil || ballot.number <= last {
			return "openings-wrong"
		}
		last = ballot.number
	}
	for _, one := range found.opened {
		if code := p.fits(counted[one.ballot], one); code != "" {
			return code
		}
	}
	for _, one := range found.opened {
		counted[one.ballot].choice = one.choice
	}
	return ""
}

func (p *poll) byLeaf() map[string]*ballot {
	found := map[string]*ballot{}
	for _, one := range p.ballots {
		if one.leaf != "" { // what is dealt out of totals is nobody's
			found[one.leaf] = one
		}
	}
	return found
}

func commitmentOf(salt []byte, text string) string {
	sum := sha256.Sum256(append(append([]byte{}, salt...), text...))
	return string(sum[:])
}

// fits checks an opening against its ballot's commitment.
func (p *poll) fits(b *ballot, one opened) string {
	if commitmentOf(one.salt, one.choice) != string(b.commitment) {
		return "commitment-mismatch"
	}
	if !p.question.accepts(one.choice) {
		return "invalid-choice"
	}
	return ""
}

func (t publishTally) apply(s *state, by signer) string {
	one := s.polls[t.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case one.resultHash != "":
		return "already-published"
	case !one.closed:
		return "poll-not-closed"
	case one.question.sealed() && !one.revealed:
		return "poll-not-revealed"
	}
	if code := one.deal(); code != "" {
		return code
	}
	result := one.resultBytes()
	if !one.question.isMotion() {
		result = s.results(one.id)
	}
	sum := sha256.Sum256(result)
	same := hex.EncodeToString(sum[:]) == t.result
	switch {
	case one.question.isMotion() && !same, same && !strings.HasPrefix(string(result), one.beginning()):
		return "result-mismatch"
	case same && !(one.tellsLot(string(result)) && one.tellsArchive(string(result))):
		return "result-mismatch"
	}
	one.resultHash = t.result
	s.stand(by)
	return ""
}

func (v voidPoll) apply(s *state, by signer) string {
	one := s.polls[v.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case one.void:
		return "already-void"
	case one.closed || one.isDue(by.at):
		s.wait(by, v)
		return ""
	}
	return v.take(s, by)
}

func (voidPoll) cosigners() []string { return []string{"supervisor"} }

func (v voidPoll) take(s *state, _ signer) string {
	one := s.polls[v.poll]
	if one.void {
		return "already-void"
	}
	one.void, one.reason = true, v.reason
	return ""
}
