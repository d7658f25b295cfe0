package main

import "regexp"

// Section 9: a question, and the rule that is frozen in it.

var (
	presets       = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)
	motionOptions = []option{
		{"for", bilingual{"同意", "For"}},
		{"against", bilingual{"反对", "Against"}},
		{"abstain", bilingual{"弃权", "Abstain"}},
	}
	agreementOptions = []option{
		{"for", bilingual{"签字同意", "Signs"}},
		{"against", bilingual{"不同意", "Does not sign"}},
	}
)

type option struct {
	id   string
	text bilingual
}

// requirement says: count is more than, or at least, a fraction of base.
type requirement struct {
	measure, count, comparison, base string
	numerator, denominator           int64
}

type rule struct {
	preset, article, unit string
	law                   *bilingual
	text                  bilingual
	quorum, majority      []requirement
	paper, revote         bool
	openly, secretly      bool // the ways of voting that it admits
	own                   *own
}

// own is a community's own rule: the clause, and the numbers of the preset.
type own struct {
	clause           bilingual
	quorum, majority []requirement
	silence          bool
}

type question struct {
	id, method, visibility, change, electorate string
	title, text                                bilingual
	options                                    []option
	rule                                       rule
	settings                                   *settings
	byUnit                                     bool
}

// requirements are all of a rule's.
func (r *rule) requirements() []requirement {
	all := append(append([]requirement{}, r.quorum...), r.majority...)
	if r.own != nil {
		all = append(append(all, r.own.quorum...), r.own.majority...)
	}
	return all
}

// measures are those that results of this rule have figures of.
func (r *rule) measures() []string {
	for _, one := range r.requirements() {
		if one.measure == "area" {
			return []string{"heads", "area"}
		}
	}
	return []string{"heads"}
}

func (q *question) sealed() bool { return q.visibility == "sealed" }

// isMotion: only motions are counted here; docs/counting.md tells of the others.
func (q *question) isMotion() bool { return q.method == "motion" }

func readQuestion(raw []byte) (*question, bool) {
	var q question
	r := &reader{rest: raw}
	r.first("v")
	r.literal("1")
	r.next("id")
	q.id = r.localID()
	r.next("title")
	q.title = r.text()
	r.next("text")
	q.text = r.text()
	r.next("method")
	q.method = r.oneOf("motion", "agreement", "positions", "approval", "plurality", "grading", "score",
		"majority_judgment", "borda", "schulze", "ranked_pairs", "irv", "stv", "meek")
	r.next("options")
	r.array(func() { q.options = append(q.options, r.option()) })
	r.next("rule")
	q.rule = r.rule()
	r.next("visibility")
	q.visibility = r.oneOf("live", "sealed", "secret")
	r.next("change")
	q.change = r.oneOf("until_close", "none")
	r.next("electorate")
	q.electorate = r.oneOf("present", "roll")
	if r.more("settings") {
		q.settings = r.settings()
	}
	if r.more("breakdown") {
		r.literal(`"unit"`)
		q.byUnit = true
	}
	r.close()
	return &q, r.ended() && q.isConsistent()
}

// isConsistent tells whether it says nothing that section 9 excludes.
func (q *question) isConsistent() bool {
	known := map[string]bool{}
	for _, one := range q.options {
		known[one.id] = true
	}
	if q.title.isBlank() || len(known) != len(q.options) {
		return false
	}
	for _, one := range q.rule.requirements() {
		if q.electorate == "roll" && (one.count == "present" || one.base == "present") {
			return false
		}
	}
	turnout := q.rule.quorum
	if q.rule.own != nil {
		turnout = append(append([]requirement{}, turnout...), q.rule.own.quorum...)
	}
	for _, one := range turnout {
		if one.count == "for" && q.method != "motion" && q.method != "agreement" {
			return false
		}
	}
	silent := q.rule.own != nil && q.rule.own.silence
	if q.rule.paper || silent && (q.electorate != "roll" || !q.isMotion()) {
		return false
	}
	if q.secret() {
		return q.rule.secretly && q.mayBeSecret() && q.suitsMethod()
	}
	return q.rule.openly && q.suitsMethod()
}

// mayBeSecret tells whether it can be counted from sums of ballots that weigh alike.
func (q *question) mayBeSecret() bool {
	switch q.method {
	case "agreement", "borda", "schulze", "ranked_pairs", "irv", "stv", "meek":
		return false
	case "score":
		if q.settings != nil && q.settings.high-q.settings.low > 10 {
			return false
		}
	}
	return q.change == "none" && len(q.rule.measures()) == 1 && !q.byUnit
}

func (r *reader) option() option {
	var found option
	r.first("id")
	found.id = r.localID()
	r.next("text")
	found.text = r.text()
	r.close()
	return found
}

func (r *reader) rule() rule {
	var found rule
	r.first("preset")
	found.preset = r.matching(presets)
	r.next("law")
	if !r.has("null") {
		law := r.text()
		found.law = &law
	}
	r.next("article")
	found.article = r.orNull(r.article)
	r.next("effective_from")
	r.orNull(r.date)
	r.next("effective_to")
	r.orNull(r.date)
	r.next("evidence")
	r.oneOf("confirmed", "secondary", "general", "design")
	r.next("unit")
	found.unit = r.oneOf("members", "residents_or_households", "households", "owners")
	r.next("text")
	found.text = r.text()
	r.next("secrecy")
	r.array(func() {
		if r.oneOf("open", "named", "secret") == "secret" {
			found.secretly = true
		} else {
			found.openly = true
		}
	})
	r.next("quorum")
	found.quorum = r.requirements()
	r.next("majority")
	found.majority = r.requirements()
	if r.more("proxies") {
		r.proxies()
	}
	if r.more("composition") {
		r.array(r.composition)
	}
	if r.more("tie") {
		r.literal(`"revote"`)
		found.revote = true
	}
	if r.more("paper") {
		found.paper = r.boolean()
	}
	if r.more("own") {
		own := r.own()
		found.own = &own
	}
	r.close()
	if len(found.preset) > 64 {
		r.fail()
	}
	return found
}

func (r *reader) requirements() []requirement {
	var all []requirement
	r.array(func() { all = append(all, r.requirement()) })
	return all
}

func (r *reader) proxies() {
	r.first("most")
	if !r.has("null") {
		r.between(1, 1000)
	}
	r.next("holder")
	r.oneOf("voter", "household", "agent")
	r.next("candidates")
	r.boolean()
	r.next("instructed")
	r.boolean()
	r.close()
}

// composition is a number, or a fraction of something.
func (r *reader) composition() {
	r.first("group")
	r.oneOf("members", "representatives", "women_representatives")
	r.next("among")
	r.oneOf("roll", "present")
	if r.more("number") {
		r.between(1, 1000)
	} else {
		r.next("fraction")
		r.fraction()
		r.next("of")
		r.oneOf("members", "group")
	}
	r.close()
}

func (r *reader) own() own {
	var found own
	r.first("clause")
	found.clause = r.text()
	r.next("quorum")
	found.quorum = r.requirements()
	r.next("majority")
	found.majority = r.requirements()
	r.next("silence")
	found.silence = r.boolean()
	r.close()
	return found
}

func (r *reader) fraction() (int64, int64) {
	r.literal("[")
	numerator := r.between(1, 1000)
	r.literal(",")
	denominator := r.between(1, 1000)
	r.literal("]")
	return numerator, denominator
}

func (r *reader) article() string {
	text := r.atMost(64)
	if text == "" {
		r.fail()
	}
	return text
}

func (r *reader) requirement() requirement {
	var found requirement
	r.first("measure")
	found.measure = r.oneOf("heads", "area")
	r.next("count")
	found.count = r.oneOf("present", "cast", "valid", "for")
	r.next("comparison")
	found.comparison = r.oneOf("gt", "ge")
	r.next("fraction")
	found.numerator, found.denominator = r.fraction()
	r.next("base")
	found.base = r.oneOf("eligible", "present", "cast", "valid")
	r.close()
	if found.numerator > found.denominator || found.comparison == "gt" && found.numerator == found.denominator {
		r.fail()
	}
	return found
}
