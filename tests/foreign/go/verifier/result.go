package main

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Section 13: the result of a poll, and its exact bytes.

// figure is the sum of the weights of some people. There is no such figure as those present, where nobody asked.
func (p *poll) figure(name, measure string) *big.Int {
	sum := new(big.Int)
	for _, one := range p.counted(name) {
		sum.Add(sum, big.NewInt(one.weights[measure]))
	}
	return sum
}

func (p *poll) counted(name string) []*seat {
	switch name {
	case "eligible":
		return p.eligible
	case "present":
		return p.electorate
	case "abstain":
		if !p.question.isMotion() {
			return p.blank()
		}
	}
	var found []*seat
	for _, one := range p.voters() {
		cast := p.ballots[one]
		if cast == nil || cast.choice == "" {
			continue
		}
		valid := p.question.accepts(cast.choice)
		if name == "cast" || name == "valid" && valid || name == "invalid" && !valid || cast.choice == quoted(name) {
			found = append(found, one)
		}
	}
	return found
}

// blank are those whose ballot says nothing.
func (p *poll) blank() []*seat {
	var found []*seat
	for _, one := range p.voters() {
		if cast := p.ballots[one]; cast != nil && (cast.choice == "[]" || cast.choice == "{}") {
			found = append(found, one)
		}
	}
	return found
}

func (p *poll) unopened() int {
	if p.box != nil {
		return len(p.box.ballots) - len(p.papers)
	}
	count := 0
	for _, one := range p.ballots {
		if one.choice == "" {
			count++
		}
	}
	return count
}

// decide gives the decision and what was compared for it.
func (p *poll) decide(asked, then []requirement) (string, []comparison) {
	quorum, majority := p.compareAll("quorum", asked), p.compareAll("majority", then)
	decision, comparisons := p.judge(quorum, majority)
	if p.isVoid() {
		decision = "void"
	}
	return decision, comparisons
}

func (p *poll) isVoid() bool { return p.void || p.returned() > p.drawn() }

func (p *poll) judge(quorum, majority []comparison) (string, []comparison) {
	switch {
	case p.unopened() > 0:
		var present []comparison
		for _, one := range quorum {
			if one.count == "present" {
				present = append(present, one)
			}
		}
		if p.box != nil {
			return "unopened", present
		}
		return "unverified", present
	case !areOK(quorum):
		return "no_quorum", quorum
	case !areOK(majority):
		return "rejected", append(quorum, majority...)
	}
	return "passed", append(quorum, majority...)
}

// resultBytes is the file that tally.publish names.
func (p *poll) resultBytes() []byte {
	asked := p.question
	decision, comparisons := p.decide(asked.rule.quorum, asked.rule.majority)
	reason := "null"
	if decision == "unverified" {
		count := strconv.Itoa(p.unopened())
		reason = bilingual{
			"有 " + count + " 票未能打开，结果无法核实。",
			count + " ballots could not be opened: the result cannot be verified.",
		}.json()
	}
	if decision == "unopened" {
		count := strconv.Itoa(p.unopened())
		reason = bilingual{
			"收回 " + count + " 票，不足 5 票：为了保密，这些票永远不打开。请换一种方式表决。",
			count + " ballots came back, fewer than 5: to keep them secret nobody ever opens them. " +
				"Please decide this another way.",
		}.json()
	}
	if decision == "void" {
		reason = bilingual{p.reason, p.reason}.json()
	}
	return []byte(p.beginning() + fmt.Sprintf(`"options":%s,"comparisons":%s,"decision":%s,"reason":%s%s}`,
		p.optionTotals(), jsonArray(comparisons), quoted(decision), reason, p.beside()+p.proof()))
}

// beginning is what every method's results begin with: all members before the options.
func (p *poll) beginning() string {
	asked, present, issued := p.question, "null", "null"
	if p.box != nil {
		issued = strconv.Itoa(len(p.box.offers))
	}
	if asked.electorate == "present" {
		present = p.amount("present")
	}
	return fmt.Sprintf(`{"v":1,"poll":%s,"question":{"id":%s,"title":%s},"method":%s,"rule":%s,`+
		`"roll":%s,"present":%s,"issued":%s,"returned":%d,"cast":%s,"valid":%s,"invalid":%s,"abstain":%s,`+
		`"unopened":%d,`,
		quoted(p.id), quoted(asked.id), asked.title.json(), quoted(asked.method), asked.rule.json(),
		p.amount("eligible"), present, issued, p.returned(), p.amount("cast"), p.amount("valid"), p.amount("invalid"),
		p.amount("abstain"), p.unopened())
}

func (p *poll) amount(name string) string { return p.amountOf(p.counted(name)) }

func (p *poll) optionTotals() string {
	var totals []string
	for _, one := range p.question.options {
		totals = append(totals, fmt.Sprintf(`{"id":%s,"text":%s,"total":%s}`,
			quoted(one.id), one.text.json(), p.amount(one.id)))
	}
	return "[" + strings.Join(totals, ",") + "]"
}

func jsonArray(comparisons []comparison) string {
	var all []string
	for _, one := range comparisons {
		all = append(all, one.json())
	}
	return "[" + strings.Join(all, ",") + "]"
}

func (t bilingual) json() string { return `{"zh":` + quoted(t.zh) + `,"en":` + quoted(t.en) + `}` }

func (r *rule) json() string {
	law, article := "null", "null"
	if r.law != nil {
		law = r.law.json()
	}
	if r.article != "" {
		article = quoted(r.article)
	}
	clause := ""
	if r.own != nil {
		clause = `,"own":` + r.own.clause.json()
	}
	return fmt.Sprintf(`{"preset":%s,"law":%s,"article":%s,"text":%s%s}`,
		quoted(r.preset), law, article, r.text.json(), clause)
}

// squareMetres writes 0.01 m² as m² with two decimals.
func squareMetres(hundredths *big.Int) string {
	return new(big.Rat).SetFrac(hundredths, big.NewInt(100)).FloatString(2)
}
