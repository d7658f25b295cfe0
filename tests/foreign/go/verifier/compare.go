package main

import (
	"fmt"
	"math/big"
)

// Section 13: comparing two figures in whole numbers.

// comparison is a requirement, held against a poll.
type comparison struct {
	requirement
	kind      string
	unit      string   // whom heads counts
	value, of *big.Int // v and w, area in 0.01 m²
	holds, ok bool
}

func (p *poll) compare(asked requirement) comparison {
	value, of := p.figure(asked.count, asked.measure), p.figure(asked.base, asked.measure)
	left := new(big.Int).Mul(value, big.NewInt(asked.denominator))
	right := new(big.Int).Mul(of, big.NewInt(asked.numerator))
	order := left.Cmp(right)
	holds := order > 0 || order == 0 && asked.comparison == "ge"
	return comparison{
		requirement: asked, unit: p.question.rule.unit,
		value: value, of: of, holds: holds, ok: holds && of.Sign() > 0,
	}
}

func (p *poll) compareAll(kind string, asked []requirement) []comparison {
	var all []comparison
	for _, one := range asked {
		compared := p.compare(one)
		compared.kind = kind
		all = append(all, compared)
	}
	return all
}

func areOK(all []comparison) bool {
	for _, one := range all {
		if !one.ok {
			return false
		}
	}
	return true
}

// share is the fraction of the base, exactly: heads, or 0.01 m².
func (c comparison) share() *big.Rat {
	product := new(big.Int).Mul(c.of, big.NewInt(c.numerator))
	return new(big.Rat).SetFrac(product, big.NewInt(c.denominator))
}

// limit is the share in the unit that people read: heads, or m².
func (c comparison) limit() *big.Rat {
	if c.measure == "area" {
		return new(big.Rat).Mul(c.share(), big.NewRat(1, 100))
	}
	return c.share()
}

// needed is the smallest whole number that would hold.
func (c comparison) needed() *big.Int {
	share := c.share()
	needed := new(big.Int).Quo(share.Num(), share.Denom())
	if c.comparison == "gt" || !share.IsInt() {
		needed.Add(needed, one)
	}
	return needed
}

// number writes v, w or what is needed.
func (c comparison) number(count *big.Int) string {
	if c.measure == "area" {
		return squareMetres(count)
	}
	return count.String()
}

func (c comparison) json() string {
	number := func(count *big.Int) string {
		if c.measure == "area" {
			return quoted(c.number(count))
		}
		return c.number(count)
	}
	return fmt.Sprintf(`{"kind":%s,"measure":%s,"count":%s,"value":%s,"comparison":%s,"fraction":[%d,%d],`+
		`"base":%s,"of":%s,"threshold":%s,"needed":%s,"ok":%t,"expression":%s,"text":%s}`,
		quoted(c.kind), quoted(c.measure), quoted(c.count), number(c.value), quoted(c.comparison),
		c.numerator, c.denominator, quoted(c.base), number(c.of), quoted(c.limit().RatString()),
		number(c.needed()), c.ok, quoted(c.expression()), c.sentences().json())
}
