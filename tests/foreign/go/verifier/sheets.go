package main

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Section 18: what a secret ballot asks, sheet by sheet, and ballots dealt out of totals.

// sheet has lines, of which some are marked, or it is blank.
type sheet struct {
	title       bilingual
	lines       []bilingual
	least, most int
	blank       bool
}

// size is how many ciphertexts fill it in.
func (s sheet) size() int {
	if s.blank {
		return len(s.lines) + 1
	}
	return len(s.lines)
}

// proofs is how many parts its overall proof has.
func (s sheet) proofs() int { return s.most - s.least + 1 + s.size() - len(s.lines) }

func (q *question) sheets() []sheet {
	var texts []bilingual
	for _, one := range q.options {
		texts = append(texts, one.text)
	}
	switch q.method {
	case "motion", "positions":
		return []sheet{{q.title, texts, 1, 1, false}}
	case "approval":
		return []sheet{{q.title, texts, 1, len(texts), true}}
	case "plurality":
		return []sheet{{q.title, texts, 1, int(q.settings.seats), true}}
	}
	lines := q.settings.words
	for at := q.settings.low; q.method == "score" && at <= q.settings.high; at++ {
		text := strconv.FormatInt(at, 10)
		lines = append(lines, bilingual{text, text})
	}
	var all []sheet
	for _, text := range texts {
		all = append(all, sheet{text, lines, 0, 1, false})
	}
	return all
}

// line joins both languages; a text that is the same in both stands once.
func (t bilingual) line() string {
	var parts []string
	for _, text := range []string{t.zh, t.en} {
		if !isBlankText(text) && !contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " / ")
}

// electionBytes are those of a poll on this question.
func (q *question) electionBytes(key *big.Int, election string) []byte {
	var asked []string
	for _, one := range q.sheets() {
		var answers []string
		for _, text := range one.lines {
			answers = append(answers, quoted(text.line()))
		}
		blank := ""
		if one.blank {
			blank = `"blank":true,`
		}
		asked = append(asked, fmt.Sprintf(`{"answers":[%s],%s"min":%d,"max":%d,"question":%s}`,
			strings.Join(answers, ","), blank, one.least, one.most, quoted(one.title.line())))
	}
	return []byte(fmt.Sprintf(`{"version":1,"description":%s,"name":%s,"group":"%s","public_key":"%s",`+
		`"questions":[%s],"uuid":"%s"}`,
		quoted(q.text.line()), quoted(q.title.line()), groupName, key, strings.Join(asked, ","), election))
}

// deal gives ballots that have these totals, as choices; nil if no ballots can have them.
func (q *question) deal(totals [][]int, number int) []string {
	sheets, blank := q.sheets(), 0
	if sheets[0].blank {
		blank = totals[0][0]
	}
	filled := number - blank
	for i, one := range sheets {
		marks := 0
		for _, sum := range one.marks(totals[i]) {
			if sum < 0 || sum > filled {
				return nil
			}
			marks += sum
		}
		if blank < 0 || filled < 0 || marks < one.least*filled || marks > one.most*filled {
			return nil
		}
	}
	dealt := make([][][2]int, filled)
	turn := 0
	for i, one := range sheets {
		for line, marks := range one.marks(totals[i]) {
			for ; marks > 0; marks-- {
				dealt[turn%filled] = append(dealt[turn%filled], [2]int{i, line})
				turn++
			}
		}
	}
	choices := []string{}
	for _, marks := range dealt {
		choices = append(choices, q.choice(marks))
	}
	for ; blank > 0; blank-- {
		choices = append(choices, "[]")
	}
	return choices
}

// marks are the totals of the lines, without that of the blank one.
func (s sheet) marks(totals []int) []int { return totals[len(totals)-len(s.lines):] }

// choice is what a ballot says that has these marks: sheet and line of each.
func (q *question) choice(marks [][2]int) string {
	var texts []string
	switch q.method {
	case "motion", "positions":
		return quoted(q.options[marks[0][1]].id)
	case "approval", "plurality":
		marked := map[int]bool{}
		for _, one := range marks {
			marked[one[1]] = true
		}
		for i, one := range q.options {
			if marked[i] {
				texts = append(texts, quoted(one.id))
			}
		}
		return "[" + strings.Join(texts, ",") + "]"
	}
	for _, one := range marks {
		texts = append(texts, fmt.Sprintf("%s:%d", quoted(q.options[one[0]].id), q.settings.low+int64(one[1])))
	}
	return "{" + strings.Join(texts, ",") + "}"
}
