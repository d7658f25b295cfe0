package main

// Section 9, what a method asks: settings, ballots, and what does not go together.

// settings are what a question declares of its method.
type settings struct {
	method    string
	seats     int64
	low, high int64       // of the numbers on a ballot
	words     []bilingual // what they are called, where they are grades
	sound     bool        // whether they fit each other
}

func (r *reader) settings() *settings {
	r.first("method")
	found := &settings{sound: true, seats: 1}
	found.method = r.oneOf("approval", "plurality", "grading", "score", "majority_judgment", "borda", "schulze",
		"ranked_pairs", "irv", "stv", "meek")
	switch found.method {
	case "approval", "meek":
		found.seats = r.seats()
	case "plurality":
		found.seats = r.seats()
		r.next("spare")
		r.between(0, 100)
	case "grading":
		r.grading(found)
	case "score":
		r.next("low")
		found.low = r.between(-1000, 1000)
		r.next("high")
		found.high = r.between(-1000, 1000)
		found.sound = found.low < found.high
		r.word("missing", "lowest", "excluded")
		found.seats = r.seats()
	case "majority_judgment":
		r.next("grades")
		found.high = r.scale(func(word bilingual) {
			found.sound = found.sound && !word.isBlank()
			found.words = append(found.words, word)
		})
		r.word("median", "lower", "upper")
		r.word("missing", "worst", "excluded")
		found.seats = r.seats()
	case "borda":
		r.word("truncation", "zero", "average", "modified")
		found.seats = r.seats()
	case "schulze", "ranked_pairs":
		r.word("strength", "winning_votes", "margins")
		r.word("unranked", "last", "ignored")
		if found.method == "schulze" {
			found.seats = r.seats()
		}
	case "irv":
		r.word("until", "majority", "two_remain")
		r.word("majority_of", "continuing", "first_round")
		r.next("batch")
		r.boolean()
		r.word("ties", "earlier_round", "lot")
	case "stv":
		found.seats = r.seats()
		r.word("quota", "droop", "hagenbach_bischoff", "hare")
		r.next("decimals")
		r.between(0, 9)
	}
	r.close()
	return found
}

func (r *reader) grading(found *settings) {
	r.next("scale")
	found.high = r.scale(func(word bilingual) { found.words = append(found.words, word) })
	verdict := r.word("verdict", "modal", "fail_half", "weighted")
	base := r.word("base", "graded", "valid")
	var points []int64
	if r.more("points") {
		r.array(func() { points = append(points, r.between(0, 1000)) })
		found.sound = verdict == "weighted" && int64(len(points)) == found.high+1
	} else {
		found.sound = verdict != "weighted"
	}
	for i := 1; i < len(points); i++ {
		found.sound = found.sound && points[i-1] < points[i]
	}
	found.sound = found.sound && (base == "graded" || verdict == "fail_half")
}

// scale reads two to ten grades, and gives the highest as a number.
func (r *reader) scale(grade func(bilingual)) int64 {
	count := int64(0)
	r.array(func() {
		grade(r.text())
		count++
	})
	if count < 2 || count > 10 {
		r.fail()
	}
	return count - 1
}

func (r *reader) word(name string, words ...string) string {
	r.next(name)
	return r.oneOf(words...)
}

func (r *reader) seats() int64 {
	r.next("seats")
	return r.between(1, 100)
}

func (t bilingual) isBlank() bool { return isBlankText(t.zh) && isBlankText(t.en) }

// suitsMethod tells whether options, settings and rule are as the method asks.
func (q *question) suitsMethod() bool {
	declares := q.settings != nil && q.settings.method == q.method && q.settings.sound
	headsOnly := len(q.rule.majority) == 0 && len(q.rule.measures()) == 1
	switch q.method {
	case "motion":
		return q.settings == nil && q.hasOptions(motionOptions) && len(q.rule.majority) > 0
	case "agreement":
		return q.settings == nil && q.hasOptions(agreementOptions) && q.rule.asksAll()
	case "positions":
		return q.settings == nil && len(q.options) > 1 && len(q.rule.majority) == 0
	case "approval", "plurality":
		return declares && int64(len(q.options)) > q.settings.seats
	case "grading":
		return declares && len(q.options) > 0 && headsOnly
	}
	return declares && int64(len(q.options)) > q.settings.seats && headsOnly
}

func (q *question) hasOptions(wanted []option) bool {
	if len(q.options) != len(wanted) {
		return false
	}
	for i, one := range wanted {
		if q.options[i] != one {
			return false
		}
	}
	return true
}

// asksAll tells whether every party must sign.
func (r *rule) asksAll() bool {
	for _, one := range r.majority {
		if one == (requirement{"heads", "for", "ge", "eligible", 1, 1}) {
			return true
		}
	}
	return false
}

// accepts tells whether a choice is valid, by its exact bytes.
func (q *question) accepts(choice string) bool {
	r := &reader{rest: []byte(choice)}
	var named []string
	switch q.method {
	case "motion", "agreement", "positions":
		named = append(named, r.string())
	case "grading", "score", "majority_judgment":
		r.object(func(name string) {
			named = append(named, name)
			r.between(q.settings.low, q.settings.high)
		})
		return r.ended() && q.inOrder(named)
	default:
		r.array(func() { named = append(named, r.string()) })
	}
	if q.method == "plurality" && int64(len(named)) > q.settings.seats {
		return false
	}
	if (q.method == "plurality" || q.method == "approval") && !q.inOrder(named) {
		return false
	}
	return r.ended() && q.knowsEach(named)
}

// knowsEach tells whether these are options, none of them twice.
func (q *question) knowsEach(ids []string) bool {
	left := map[string]bool{}
	for _, one := range q.options {
		left[one.id] = true
	}
	for _, id := range ids {
		if !left[id] {
			return false
		}
		delete(left, id)
	}
	return true
}

// inOrder tells whether these are options in the order of the question.
func (q *question) inOrder(ids []string) bool {
	for _, one := range q.options {
		if len(ids) > 0 && ids[0] == one.id {
			ids = ids[1:]
		}
	}
	return len(ids) == 0
}
