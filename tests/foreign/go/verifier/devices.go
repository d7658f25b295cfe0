package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Section 12: device.enrol and device.revoke.

type enrol struct {
	member              string
	token, salt, device []byte
	proof, consent      []byte
}

type revokeDevice struct {
	device   string
	reballot bool
}

// commits tells whether salt and token are what the roll's commitment hides.
func commits(commitment string, salt, token []byte) bool {
	sum := sha256.Sum256(append(append([]byte{}, salt...), token...))
	return commitment == hex.EncodeToString(sum[:])
}

func (e enrol) apply(s *state, by signer) string {
	one := s.onRoll(e.member)
	if one == nil {
		return "not-on-roll"
	}
	if code := e.checkCard(s, one, by); code != "" {
		return code
	}
	kid := keyID(e.device)
	if !isPublicKey(e.device) {
		return "bad-key"
	}
	if s.keys[kid] != nil || kid == by.kid {
		return "key-in-use"
	}
	if !verify(e.device, by.message("enrol", by.kid), e.proof) {
		return "bad-proof"
	}
	if one.device != "" {
		if e.consent == nil {
			return "already-enrolled"
		}
		if !verify(s.keys[one.device].public, by.message("consent", kid), e.consent) {
			return "bad-consent"
		}
	}
	s.silence(one)
	s.keys[kid] = &key{public: e.device, holder: "device", seat: one, since: by.number}
	one.device, one.token = kid, by.kid
	return ""
}

func (e enrol) checkCard(s *state, one *seat, by signer) string {
	if !isPublicKey(e.token) {
		return "bad-key"
	}
	if !commits(one.commitment, e.salt, e.token) {
		return "card-mismatch"
	}
	for _, other := range s.voters() {
		if one.role == "representative" && other != one && other.token == by.kid {
			return "card-in-use"
		}
	}
	return ""
}

// message is what a device signs besides the act.
func (by signer) message(purpose, kid string) []byte {
	return []byte(strings.Join([]string{"hearing/" + purpose + "/v1", by.hearing, kid, by.nonce}, "|"))
}

func (r revokeDevice) apply(s *state, by signer) string {
	device := s.keys[r.device]
	if device == nil || device.seat == nil {
		return "unknown-device"
	}
	if r.device == by.kid {
		r.revoke(s)
		return ""
	}
	if !contains(officers, by.role) {
		return "not-permitted"
	}
	s.wait(by, r)
	return ""
}

func (revokeDevice) cosigners() []string { return officers }

func (r revokeDevice) take(s *state, _ signer) string {
	r.revoke(s)
	return ""
}

// revoke ends the device's key, if it still acts for anybody.
func (r revokeDevice) revoke(s *state) {
	one := s.keys[r.device].seat
	if one == nil {
		return
	}
	s.silence(one)
	for _, poll := range s.pollOrder {
		if !r.reballot && poll.isOpen() && poll.ballots[one] != nil {
			one.final[poll.id] = true
		}
	}
}
