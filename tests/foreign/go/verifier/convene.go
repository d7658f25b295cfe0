package main

import (
	"math/big"
	"strings"
)

// Section 12: hearing.convene, hearing.open and hearing.adjourn.

type convene struct {
	origin, community, notice, roll string
	rehearsal                       bool
	root, service                   []byte
}

type openHearing struct{}

type adjourn struct{}

func (c convene) apply(s *state, by signer) string {
	if by.number != 0 {
		return "already-convened"
	}
	hearing, fits := c.hearing()
	if !fits || hearing != by.hearing {
		return "bad-origin"
	}
	if !isPublicKey(c.root) || !isPublicKey(c.service) || string(c.root) == string(c.service) {
		return "bad-key"
	}
	papers, code := s.readPapers(c)
	if code == "" {
		code = papers.contradiction(c)
	}
	if code != "" {
		return code
	}
	for _, one := range papers.members {
		s.seatMember(one)
	}
	if keys := papers.notice.keys; keys != nil {
		if s.holders = s.newKeys(keys.holders, keys.threshold); s.holders == nil {
			s.seats, s.order = map[string]*seat{}, nil
			return "bad-holders"
		}
	}
	s.phase, s.hearing, s.convened = "convened", by.hearing, c
	s.keys[by.kid] = &key{public: c.root, holder: "root"}
	s.keys[keyID(c.service)] = &key{public: c.service, holder: "service"}
	for _, one := range papers.notice.agenda {
		s.items[one.id] = one
		for _, hash := range one.questions {
			s.named[hash] = "question"
		}
	}
	s.named[c.notice], s.named[c.roll] = "notice", "roll"
	s.questions, s.measures = papers.questions, papers.measures()
	return ""
}

// hearing is the one that the origin says, if it says it as the act's rehearsal does.
func (c convene) hearing() (string, bool) {
	_, rest, _ := strings.Cut(c.origin, "/h/")
	hearing := strings.TrimSuffix(rest, "/rehearsal")
	return hearing, c.rehearsal == (hearing != rest)
}

// papers are the blobs that a hearing begins with.
type papers struct {
	notice    notice
	members   []member
	questions map[string]*question
}

// readPapers reads blob after blob: the notice, the roll, and the questions in the notice's order.
func (s *state) readPapers(c convene) (papers, string) {
	found := papers{questions: map[string]*question{}}
	code := s.readBlob(c.notice, func(raw []byte) (good bool) {
		found.notice, good = readNotice(raw)
		return good
	})
	if code == "" {
		code = s.readBlob(c.roll, func(raw []byte) (good bool) {
			found.members, good = readRoll(raw)
			return good
		})
	}
	ids := map[string]bool{}
	for _, about := range found.notice.agenda {
		for _, hash := range about.questions {
			if code == "" {
				code = s.readQuestion(hash, found.questions, ids)
			}
		}
	}
	return found, code
}

func (s *state) readBlob(hash string, read func(raw []byte) bool) string {
	raw := s.blobs(hash)
	switch {
	case raw == nil:
		return "blob-missing"
	case !read(raw):
		return "bad-blob"
	}
	return ""
}

// readQuestion adds a question and its id to those before it.
func (s *state) readQuestion(hash string, questions map[string]*question, ids map[string]bool) string {
	var asked *question
	code := s.readBlob(hash, func(raw []byte) (good bool) {
		asked, good = readQuestion(raw)
		return good
	})
	if code == "" && (questions[hash] != nil || ids[asked.id]) {
		return "bad-notice"
	}
	if code == "" {
		questions[hash], ids[asked.id] = asked, true
	}
	return code
}

func (p papers) measures() map[string]bool {
	found := map[string]bool{"heads": true}
	for _, one := range p.questions {
		for _, measure := range one.rule.measures() {
			found[measure] = true
		}
	}
	return found
}

// contradiction is the first refusal that the papers' contents deserve.
func (p papers) contradiction(c convene) string {
	for _, one := range p.members {
		if !one.hasFitWeights() {
			return "bad-member"
		}
	}
	items := map[string]bool{}
	for _, one := range p.notice.agenda {
		items[one.id] = true
	}
	if p.notice.community != c.community || len(items) != len(p.notice.agenda) {
		return "bad-notice"
	}
	if !isMoment(p.notice.starts) {
		return "bad-time"
	}
	ids, byRole := map[string]bool{}, map[string]int{}
	for _, one := range p.members {
		ids[one.id] = true
		byRole[one.role]++
	}
	if len(ids) != len(p.members) || byRole["representative"] == 0 || byRole["chair"] == 0 {
		return "bad-roll"
	}
	if p.secrets() > 0 != (p.notice.keys != nil) {
		return "bad-notice"
	}
	for _, one := range p.notice.agenda {
		if !p.fits(one) {
			return "bad-notice"
		}
	}
	for _, one := range p.members {
		if one.role == "representative" && !one.isMeasured(p.measures()) {
			return "bad-member"
		}
	}
	if areTooHeavy(p.members) {
		return "bad-roll"
	}
	return ""
}

// hasFitWeights: heads and area only; heads is 1 for a representative, and 0 or left out for others.
func (m member) hasFitWeights() bool {
	for measure := range m.weights {
		if measure != "heads" && measure != "area" {
			return false
		}
	}
	return m.weights["heads"] == map[bool]int64{true: 1, false: 0}[m.role == "representative"]
}

func (m member) isMeasured(measures map[string]bool) bool {
	for measure := range measures {
		if _, found := m.weights[measure]; !found {
			return false
		}
	}
	return true
}

// areTooHeavy tells whether the weights of a measure come to more than 2^53 − 1.
func areTooHeavy(members []member) bool {
	for _, measure := range []string{"heads", "area"} {
		sum := new(big.Int)
		for _, one := range members {
			sum.Add(sum, big.NewInt(one.weights[measure]))
		}
		if sum.Cmp(big.NewInt(maxInteger)) > 0 {
			return true
		}
	}
	return false
}

func (openHearing) apply(s *state, by signer) string {
	s.phase = "open"
	s.stand(by)
	return ""
}

func (adjourn) apply(s *state, by signer) string {
	if s.anyOpen(anyPoll) {
		return "poll-still-open"
	}
	for _, one := range s.pollOrder {
		if one.closed && one.resultHash == "" {
			return "poll-unpublished"
		}
	}
	s.phase = "adjourned"
	s.stand(by)
	return ""
}

// secrets is how many questions are secret.
func (p papers) secrets() int {
	count := 0
	for _, one := range p.questions {
		if one.secret() {
			count++
		}
	}
	return count
}

// fits tells whether an item has the questions that it says.
func (p papers) fits(about item) bool {
	secret := 0
	for _, hash := range about.questions {
		if p.questions[hash].secret() {
			secret++
		}
	}
	switch about.ballot {
	case "named":
		return len(about.questions) > 0 && secret == 0
	case "secret":
		return secret == len(about.questions)
	}
	return len(about.questions) == 0
}
