package main

// Section 12: ballot.cast, ballot.open and act.cosign.

type castBallot struct {
	poll, replaces, choice string
	commitment             []byte
}

type openBallot struct {
	poll   string
	opened opened
}

type cosign struct{ target string }

func (c castBallot) apply(s *state, by signer) string {
	one := s.polls[c.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case !one.isOpen() || one.isDue(by.at):
		return "poll-closed"
	case one.box != nil:
		return "wrong-ballot-form"
	}
	if !one.mayVote(by.seat) {
		return map[string]string{"present": "not-present-at-opening", "roll": "not-on-roll"}[one.question.electorate]
	}
	current, replaced := one.ballots[by.seat], ""
	if current != nil {
		replaced = current.leaf
	}
	switch {
	case current != nil && one.question.change == "none":
		return "ballot-final"
	case current != nil && by.seat.final[one.id]:
		return "ballot-stands"
	case c.replaces != replaced:
		return "superseded"
	case (c.commitment != nil) != one.question.sealed() || (c.choice != "") == one.question.sealed():
		return "wrong-ballot-form"
	case !one.question.sealed() && !one.question.accepts(c.choice):
		return "invalid-choice"
	}
	one.ballots[by.seat] = &ballot{by.leaf, by.number, c.commitment, c.choice}
	return ""
}

func (p *poll) mayVote(one *seat) bool {
	for _, other := range p.electorate {
		if other == one {
			return true
		}
	}
	return false
}

func (o openBallot) apply(s *state, by signer) string {
	one := s.polls[o.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case !one.closed:
		return "poll-not-closed"
	case one.resultHash != "":
		return "already-published"
	}
	mine := one.ballots[by.seat]
	if mine == nil || mine.leaf != o.opened.ballot {
		return "unknown-ballot"
	}
	if mine.choice != "" {
		return "already-revealed"
	}
	if code := one.fits(mine, o.opened); code != "" {
		return code
	}
	mine.choice = o.opened.choice
	return ""
}

func (c cosign) apply(s *state, by signer) string {
	if waits := s.pending[c.target]; waits != nil {
		return c.release(s, by, waits)
	}
	stands := s.standing[c.target]
	switch {
	case stands == nil:
		return "nothing-to-cosign"
	case stands.cosigned[by.seat]:
		return "already-cosigned"
	case samePerson(stands.by, by.seat):
		return "same-officer"
	}
	stands.cosigned[by.seat] = true
	return ""
}

// release lets what waited take effect.
func (c cosign) release(s *state, by signer, waits *pending) string {
	switch {
	case samePerson(waits.by, by.seat):
		return "same-officer"
	case by.seat.granted:
		return "not-permitted"
	case s.phase == "adjourned":
		return "hearing-adjourned"
	case !contains(waits.act.cosigners(), by.role):
		return "supervisor-needed"
	}
	if code := waits.act.take(s, by); code != "" {
		return code
	}
	delete(s.pending, c.target)
	return ""
}

// samePerson: the same entry, or another entry of the same card.
func samePerson(one, other *seat) bool {
	return one != nil && (one == other || one.token == other.token)
}
