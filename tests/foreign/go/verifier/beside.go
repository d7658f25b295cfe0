package main

import (
	"fmt"
	"math/big"
	"sort"
	"strconv"
	"strings"
)

// Section 13: what stands beside the result, where the question or the community's own rule asks for it.

// beside is the members that follow the reason.
func (p *poll) beside() string {
	var text strings.Builder
	if own := p.question.rule.own; own != nil {
		decision, comparisons := p.decide(own.quorum, own.majority)
		fmt.Fprintf(&text, `,"statutory":{"decision":%s,"comparisons":%s}`, quoted(decision), jsonArray(comparisons))
		if own.silence {
			// No act records a delivery, so nobody is counted.
			fmt.Fprintf(&text, `,"silence":{"option":%s,"counted":[],"total":%s}`, p.ahead(), p.amountOf(nil))
		}
	}
	if p.question.byUnit && p.unopened() == 0 {
		fmt.Fprintf(&text, `,"units":{"groups":[%s],"merged":[],"withheld":false}`, strings.Join(p.units(), ","))
	}
	return text.String()
}

// ahead is the option that is ahead of both others by every measure, or null.
func (p *poll) ahead() string {
	for _, one := range p.question.options {
		if p.isAhead(one.id) {
			return quoted(one.id)
		}
	}
	return "null"
}

func (p *poll) isAhead(id string) bool {
	for _, measure := range p.question.rule.measures() {
		for _, other := range p.question.options {
			if other.id != id && p.figure(id, measure).Cmp(p.figure(other.id, measure)) <= 0 {
				return false
			}
		}
	}
	return true
}

// units are the valid ballots by the unit of their voters.
func (p *poll) units() []string {
	here := map[string][]*seat{}
	for _, one := range p.counted("valid") {
		here[one.unit] = append(here[one.unit], one)
	}
	var names, groups []string
	for name := range here {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		groups = append(groups, fmt.Sprintf(`{"units":[%s],"ballots":%s,"options":[%s]}`,
			quoted(name), strconv.Itoa(len(here[name])), strings.Join(p.parts(here[name]), ",")))
	}
	return groups
}

func (p *poll) parts(voters []*seat) []string {
	var parts []string
	for _, one := range p.question.options {
		var theirs []*seat
		for _, voter := range voters {
			if p.ballots[voter].choice == quoted(one.id) {
				theirs = append(theirs, voter)
			}
		}
		parts = append(parts, fmt.Sprintf(`{"id":%s,"total":%s}`, quoted(one.id), p.amountOf(theirs)))
	}
	return parts
}

// amountOf is what some people weigh together.
func (p *poll) amountOf(people []*seat) string {
	sum := func(measure string) *big.Int {
		total := new(big.Int)
		for _, one := range people {
			total.Add(total, big.NewInt(one.weights[measure]))
		}
		return total
	}
	text := `{"heads":` + sum("heads").String()
	if len(p.question.rule.measures()) > 1 {
		text += `,"area":` + quoted(squareMetres(sum("area")))
	}
	return text + "}"
}
