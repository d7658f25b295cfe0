package main

// Section 12: presence, items, and the floor.

type comeIn struct{ member, code string }

type goOut struct{ member string }

type callItem struct{ item string }

type requestFloor struct{ item string }

type withdrawFloor struct{ request string }

type giveFloor struct{ request string }

type endFloor struct{ request string }

// checksIn tells whether the signer may say of others that they came or left.
func (by signer) checksIn() bool { return by.role == "chair" || by.role == "desk" }

func (c comeIn) apply(s *state, by signer) string {
	one := s.onRoll(c.member)
	switch {
	case one == nil:
		return "not-on-roll"
	case c.code != "" && by.seat != one:
		return "not-permitted"
	case c.code == "" && !by.checksIn():
		return "code-needed"
	case one.present != "":
		return "already-present"
	}
	one.present = "code"
	if c.code == "" {
		one.present = "desk"
	}
	return ""
}

func (g goOut) apply(s *state, by signer) string {
	one := s.onRoll(g.member)
	switch {
	case one == nil:
		return "not-on-roll"
	case by.seat != one && !by.checksIn():
		return "not-permitted"
	case one.present == "":
		return "not-present"
	}
	one.present = ""
	return ""
}

func (c callItem) apply(s *state, _ signer) string {
	_, found := s.items[c.item]
	switch {
	case !found:
		return "unknown-item"
	case s.current == c.item:
		return "item-already-called"
	case s.anyOpen(func(p *poll) bool { return p.question.electorate == "present" }):
		return "poll-still-open"
	case s.speaking != nil:
		return "floor-taken"
	}
	s.current = c.item
	return ""
}

func (f requestFloor) apply(s *state, by signer) string {
	_, found := s.items[f.item]
	switch {
	case !found:
		return "unknown-item"
	case s.current != f.item:
		return "item-not-called"
	case by.seat.present == "":
		return "not-present"
	}
	for _, one := range s.requests {
		if one.by == by.seat && one.item == f.item && one.stage != "over" {
			return "already-requested"
		}
	}
	s.requests[by.leaf] = &request{f.item, by.seat, "waiting"}
	return ""
}

// mayEnd tells whether the signer may take back or end a request.
func (one *request) mayEnd(by signer) bool { return by.seat == one.by || by.role == "chair" }

func (f withdrawFloor) apply(s *state, by signer) string {
	one := s.requests[f.request]
	switch {
	case one == nil:
		return "unknown-request"
	case !one.mayEnd(by):
		return "not-permitted"
	case one.stage != "waiting":
		return "not-waiting"
	}
	one.stage = "over"
	return ""
}

func (f giveFloor) apply(s *state, _ signer) string {
	one := s.requests[f.request]
	switch {
	case one == nil:
		return "unknown-request"
	case one.stage != "waiting" || one.item != s.current:
		return "not-waiting"
	case s.speaking != nil:
		return "floor-taken"
	}
	one.stage = "speaking"
	s.speaking = one
	return ""
}

func (f endFloor) apply(s *state, by signer) string {
	one := s.requests[f.request]
	switch {
	case one == nil:
		return "unknown-request"
	case !one.mayEnd(by):
		return "not-permitted"
	case one.stage != "speaking":
		return "not-speaking"
	}
	one.stage = "over"
	s.speaking = nil
	return ""
}
