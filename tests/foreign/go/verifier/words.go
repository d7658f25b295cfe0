package main

import (
	"fmt"
	"math/big"
	"strings"
)

// Section 13: comparisons in words.

// vocabulary is what a base or a count, and reaching the quorum, is called.
type vocabulary struct{ eligible, present, cast, valid, for_, quorum string }

var (
	chinese = map[string]vocabulary{
		"members":    {"应到", "实到", "收回票", "有效票", "同意", "法定人数"},
		"households": {"总户数", "到会户数", "参加表决户数", "有效票户数", "同意户数", "规定户数"},
		"owners":     {"业主总人数", "到会人数", "收回票人数", "参与表决人数", "同意人数", "法定人数比例"},
		"area":       {"专有部分总面积", "到会面积", "收回票面积", "参与表决面积", "同意面积", "法定面积比例"},
	}
	english = map[string]vocabulary{
		"members": {"eligible", "present", "ballots cast", "valid ballots", "for", "quorum"},
		"households": {"households", "households present", "households voting", "households with a valid ballot",
			"households for", "required turnout"},
		"owners": {"owners", "owners present", "owners with a ballot cast", "owners taking part", "owners for",
			"required share of owners"},
		"area": {"in all", "present", "with a ballot cast", "taking part", "for", "required share of the area"},
	}
	vulgar = map[string]string{"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}
)

func (v vocabulary) word(figure string) string {
	return map[string]string{
		"eligible": v.eligible, "present": v.present, "cast": v.cast, "valid": v.valid, "for": v.for_,
	}[figure]
}

func (c comparison) operator() string {
	switch {
	case c.comparison == "gt" && c.holds:
		return ">"
	case c.comparison == "gt":
		return "≤"
	case c.holds:
		return "≥"
	}
	return "<"
}

// parts are the share's whole part and the rest: a fraction of heads, or the decimals of an area with their point.
func (c comparison) parts() (string, string) {
	limit := c.limit()
	if c.measure == "area" {
		whole, decimals, _ := strings.Cut(decimalLimit(limit), ".")
		return whole, "." + decimals
	}
	whole, rest := new(big.Int).QuoRem(limit.Num(), limit.Denom(), new(big.Int))
	if rest.Sign() == 0 {
		return whole.String(), ""
	}
	return whole.String(), new(big.Rat).SetFrac(rest, limit.Denom()).String()
}

// decimalLimit has the smallest number of decimals from 2 to 5 that is exact, or three and an ellipsis.
func decimalLimit(limit *big.Rat) string {
	for decimals := 2; decimals <= 5; decimals++ {
		text := limit.FloatString(decimals)
		if back, _ := new(big.Rat).SetString(text); back.Cmp(limit) == 0 {
			return text
		}
	}
	thousandths := new(big.Int).Mul(limit.Num(), big.NewInt(1000))
	thousandths.Quo(thousandths, limit.Denom())
	return new(big.Rat).SetFrac(thousandths, big.NewInt(1000)).FloatString(3) + "…"
}

func (c comparison) expression() string {
	whole, rest := c.parts()
	limit := whole + rest
	if c.measure == "heads" && rest != "" {
		limit = strings.TrimPrefix(whole+" "+rest, "0 ")
	}
	return fmt.Sprintf("%s %s %d/%d of %s (%s)",
		c.number(c.value), c.operator(), c.numerator, c.denominator, c.number(c.of), limit)
}

// limitInText has commas, and the commonest fractions as one character.
func (c comparison) limitInText() string {
	whole, rest := c.parts()
	if c.measure == "area" || rest == "" {
		return commas(whole) + rest
	}
	short, found := vulgar[rest]
	switch {
	case found && whole == "0":
		return short
	case found:
		return commas(whole) + short
	}
	return strings.TrimPrefix(commas(whole)+" "+rest, "0 ")
}

func (c comparison) numberInText(count *big.Int) string {
	whole, decimals, isArea := strings.Cut(c.number(count), ".")
	if isArea {
		return commas(whole) + "." + decimals + " m²"
	}
	return commas(whole)
}

// commas stand before every three digits, counted from the right.
func commas(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	return commas(digits[:len(digits)-3]) + "," + digits[len(digits)-3:]
}

func (c comparison) sentences() bilingual {
	words := c.measure
	if words == "heads" {
		words = c.unit
	}
	if words == "residents_or_households" {
		words = "members"
	}
	zh, en := chinese[words], english[words]
	value, of, fraction := c.numberInText(c.value), c.numberInText(c.of), fmt.Sprintf("%d/%d", c.numerator, c.denominator)
	verdict := c.verdict(zh.quorum, en.quorum)
	return bilingual{
		fmt.Sprintf("%s %s，%s %s %s %s（%s）：%s",
			zh.word(c.base), of, zh.word(c.count), value, c.operator(), fraction, c.limitInText(), verdict.zh),
		fmt.Sprintf("%s %s %s %s of %s %s (%s): %s",
			value, en.word(c.count), c.operator(), fraction, of, en.word(c.base), c.limitInText(), verdict.en),
	}
}

func (c comparison) verdict(zh, en string) bilingual {
	if c.kind == "majority" {
		zh, en = "通过要求", "majority"
	}
	if c.ok {
		return bilingual{"达到" + zh, en + " reached"}
	}
	if c.holds {
		return bilingual{"基数为零，未达到" + zh, "a share of nothing is not enough, " + en + " not reached"}
	}
	return bilingual{"未达到" + zh, en + " not reached"}
}
