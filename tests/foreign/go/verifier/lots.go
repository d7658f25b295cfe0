package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
)

// Section 12: the lot between options that are tied; docs/counting.md says how it is drawn.

type drawLot struct{ poll, rolled string }

func (d drawLot) apply(s *state, by signer) string {
	one := s.polls[d.poll]
	switch {
	case one == nil:
		return "unknown-poll"
	case !s.mayBeTied(one):
		return "no-tie"
	}
	s.wait(by, d)
	return ""
}

func (drawLot) cosigners() []string { return []string{"supervisor"} }

func (d drawLot) take(s *state, _ signer) string {
	one := s.polls[d.poll]
	if !s.mayBeTied(one) {
		return "no-tie"
	}
	var options []string
	for _, option := range one.question.options {
		options = append(options, option.id)
	}
	one.lot, one.resultHash = draw(s.roots(one.closedSize), d.rolled, options), ""
	return ""
}

// mayBeTied tells whether nothing known here excludes a tie for a lot. Only motions are counted,
// so of another poll a decision is known as far as the bundle has the very result that was published.
func (s *state) mayBeTied(p *poll) bool {
	switch p.question.method {
	case "motion", "agreement", "positions", "grading":
		return false
	}
	if p.void || p.resultHash == "" || p.lot != nil || p.question.rule.revote {
		return false
	}
	result := s.results(p.id)
	if sha256Hex(result) != p.resultHash {
		return true
	}
	_, decision, _ := strings.Cut(string(result), `"decision":`)
	return strings.HasPrefix(decision, `"tied"`)
}

// tellsLot tells whether a result names the lot that was drawn, or none.
func (p *poll) tellsLot(result string) bool {
	if p.lot == nil {
		return !strings.Contains(result, `,"lot":[`)
	}
	var names []string
	for _, option := range p.lot {
		names = append(names, quoted(option))
	}
	return strings.Contains(result, `,"lot":[`+strings.Join(names, ",")+`],`)
}

func draw(root digest, rolled string, options []string) []string {
	seed := sha256.Sum256([]byte(fmt.Sprintf("%s/%s/", hex.EncodeToString(root[:]), rolled)))
	key := hex.EncodeToString(seed[:])
	left, drawn := append([]string{}, options...), []string{}
	for number := 0; len(left) > 0; number++ {
		two := string([]byte{byte(number >> 8), byte(number)})
		sum := sha256.Sum256([]byte(two + key + two))
		rest := new(big.Int).SetBytes(sum[:])
		place := rest.Mod(rest, big.NewInt(int64(len(left)))).Int64()
		drawn = append(drawn, left[place])
		left = append(left[:place], left[place+1:]...)
	}
	return drawn
}
