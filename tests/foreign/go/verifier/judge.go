package main

import (
	"bytes"
	"encoding/hex"
)

// Sections 10 and 11: what is checked for every act, before what its kind asks for.

// permission says who may sign a kind, and in which phases.
type permission struct{ roles, phases []string }

var (
	everybody = roles
	officers  = []string{"chair", "supervisor", "desk"}
	chair     = []string{"chair"}
	service   = []string{"service"}
	voter     = []string{"representative"}
	open      = []string{"open"}
	before    = []string{"convened", "open"}
	always    = []string{"convened", "open", "adjourned"}
)

var permissions = map[string]permission{
	"hearing.open":    {chair, []string{"convened"}},
	"role.grant":      {[]string{"root", "chair"}, before},
	"role.end":        {[]string{"root", "chair"}, before},
	"roll.amend":      {[]string{"chair", "supervisor"}, before},
	"device.enrol":    {[]string{"token"}, before},
	"device.revoke":   {everybody, before},
	"presence.in":     {everybody, open},
	"presence.out":    {everybody, open},
	"item.call":       {chair, open},
	"comment.post":    {everybody, before},
	"comment.hide":    {chair, always},
	"blob.erase":      {[]string{"chair", "supervisor"}, always},
	"floor.request":   {everybody, open},
	"floor.withdraw":  {everybody, open},
	"floor.give":      {chair, open},
	"floor.end":       {everybody, open},
	"poll.open":       {chair, open},
	"ballot.cast":     {voter, open},
	"poll.close":      {[]string{"chair", "service"}, open},
	"poll.reveal":     {service, open},
	"ballot.open":     {voter, open},
	"tally.publish":   {service, open},
	"poll.void":       {chair, open},
	"lot.draw":        {chair, open},
	"act.cosign":      {officers, always},
	"minutes.publish": {chair, open},
	"hearing.adjourn": {chair, open},

	"key.certificate":   {everybody, before},
	"key.polynomial":    {everybody, before},
	"key.share":         {everybody, before},
	"key.accept":        {everybody, before},
	"key.refuse":        {everybody, before},
	"key.restart":       {chair, before},
	"credential.offer":  {voter, before},
	"poll.setup":        {service, open},
	"credential.object": {voter, open},
	"ballot.spoil":      {service, open},
	"ballot.batch":      {service, open},
	"key.decrypt":       {everybody, open},
}

var wrongPhase = map[string]string{
	"adjourned": "hearing-adjourned", "open": "already-open", "convened": "hearing-not-open",
}

func contains(words []string, word string) bool {
	for _, one := range words {
		if one == word {
			return true
		}
	}
	return false
}

// keyFor finds the key that an act says it is signed by, or the code of a refusal.
func (s *state) keyFor(kid string, a act) ([]byte, string) {
	var public []byte
	switch asked := a.body.(type) {
	case convene:
		public = asked.root
	case enrol:
		public = asked.token
	default:
		known := s.keys[kid]
		if known == nil {
			return nil, "unknown-key"
		}
		return known.public, ""
	}
	if !isPublicKey(public) {
		return nil, "bad-key"
	}
	if keyID(public) != kid {
		return nil, "unknown-key"
	}
	return public, ""
}

// judge applies an act, and gives the code of its refusal.
func (s *state) judge(a act, by signer) string {
	by.hearing, by.nonce = a.hearing, a.nonce
	spent := by.kid + " " + a.nonce
	if s.nonces[spent] {
		return "nonce-reused"
	}
	if _, begins := a.body.(convene); begins {
		by.role = "root"
	} else if code := s.admit(a, &by); code != "" {
		return code
	}
	if code := a.body.apply(s, by); code != "" {
		return code
	}
	s.nonces[spent] = true
	return ""
}

// admit checks hearing, signer, head, phase and role.
func (s *state) admit(a act, by *signer) string {
	if s.phase == "empty" || a.hearing != s.hearing {
		return "wrong-hearing"
	}
	since := 0
	if _, fromCard := a.body.(enrol); fromCard {
		by.role = "token"
	} else {
		known := s.keys[by.kid]
		since, by.seat, by.role = known.since, known.seat, known.holder
		if known.holder == "device" {
			if known.seat == nil {
				return "device-revoked"
			}
			by.role = known.seat.role
		}
	}
	if code := s.head(a, by.number, since); code != "" {
		return code
	}
	allowed := permissions[a.kind]
	if !contains(allowed.phases, s.phase) {
		return wrongPhase[s.phase]
	}
	if !contains(allowed.roles, by.role) {
		return "not-permitted"
	}
	return ""
}

// head checks what the signer had verified.
func (s *state) head(a act, number, since int) string {
	if a.headSize > int64(number) {
		return "head-unknown"
	}
	root := s.roots(int(a.headSize))
	if named, _ := hex.DecodeString(a.headRoot); !bytes.Equal(named, root[:]) {
		return "head-unknown"
	}
	if a.headSize <= int64(since) {
		return "head-too-old"
	}
	return ""
}
