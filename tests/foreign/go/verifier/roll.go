package main

// Section 12: role.grant, role.end and roll.amend.

type grantRole struct{ member member }

type endRole struct{ member, reason string }

type amendRoll struct {
	add    []member
	remove []string
}

func isHigh(role string) bool { return role == "chair" || role == "supervisor" }

func (g grantRole) apply(s *state, by signer) string {
	switch {
	case g.member.role == "representative":
		return "bad-member"
	case isHigh(g.member.role) && by.role != "root":
		return "not-permitted"
	case s.seats[g.member.id] != nil:
		return "already-on-roll"
	case !g.member.hasFitWeights():
		return "bad-member"
	}
	s.seatMember(g.member).granted = by.role == "chair"
	return ""
}

func (e endRole) apply(s *state, by signer) string {
	one := s.onRoll(e.member)
	switch {
	case one == nil:
		return "not-on-roll"
	case one.role == "representative":
		return "not-an-officer"
	case isHigh(one.role) && by.role != "root":
		return "not-permitted"
	case one.role == "chair" && s.chairs() == 1:
		return "last-chair"
	case s.needsKey(e.member):
		return "holds-a-key"
	}
	s.end(one)
	return ""
}

func (s *state) chairs() int {
	count := 0
	for _, one := range s.order {
		if one.role == "chair" && !one.ended {
			count++
		}
	}
	return count
}

func (a amendRoll) apply(s *state, by signer) string {
	if code := a.check(s); code != "" {
		return code
	}
	s.wait(by, a)
	return ""
}

func (amendRoll) cosigners() []string { return []string{"chair", "supervisor"} }

func (a amendRoll) take(s *state, _ signer) string {
	if code := a.check(s); code != "" {
		return code
	}
	for _, one := range a.add {
		s.seatMember(one)
	}
	for _, id := range a.remove {
		s.end(s.seats[id])
	}
	return ""
}

func (a amendRoll) check(s *state) string {
	if s.anyOpen(anyPoll) {
		return "poll-still-open"
	}
	if len(a.add)+len(a.remove) == 0 {
		return "nothing-to-amend"
	}
	twice := map[string]bool{}
	for _, one := range a.add {
		if twice[one.id] || s.seats[one.id] != nil {
			return "already-on-roll"
		}
		twice[one.id] = true
	}
	for _, one := range a.add {
		if one.role != "representative" || !one.hasFitWeights() || !one.isMeasured(s.measures) {
			return "bad-member"
		}
	}
	together := append([]member{}, a.add...)
	for _, one := range s.voters() {
		together = append(together, one.member)
	}
	if areTooHeavy(together) {
		return "bad-roll"
	}
	twice = map[string]bool{}
	for _, id := range a.remove {
		if one := s.onRoll(id); twice[id] || one == nil || one.role != "representative" {
			return "not-on-roll"
		}
		twice[id] = true
	}
	for _, id := range a.remove {
		if s.needsKey(id) {
			return "holds-a-key"
		}
	}
	return ""
}
