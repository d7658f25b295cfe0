package main

import "strings"

// Section 13, of secret polls: how many ballots there are, and those that are dealt out of the totals.

// returned is the number of all counted ballots.
func (p *poll) returned() int {
	if p.box != nil {
		return len(p.box.ballots)
	}
	return len(p.ballots)
}

// awaited is how many ballots there can be.
func (p *poll) awaited() int {
	if p.box != nil {
		return len(p.box.offers)
	}
	return len(p.electorate)
}

func (p *poll) drawn() int {
	if p.awaited() < len(p.electorate) {
		return p.awaited()
	}
	return len(p.electorate)
}

// voters are those whose ballots are counted.
func (p *poll) voters() []*seat {
	if p.box != nil {
		return p.papers
	}
	return p.electorate
}

// deal makes the ballots that a secret poll is counted by, or says why it cannot be counted.
func (p *poll) deal() string {
	if p.box == nil {
		return ""
	}
	p.papers, p.ballots = nil, map[*seat]*ballot{}
	if p.void || p.returned() < leastBallots {
		return ""
	}
	if p.box.totals == nil {
		return "keys-missing"
	}
	choices := p.question.deal(p.box.totals, p.returned())
	if choices == nil {
		return "unreadable-totals"
	}
	for _, choice := range choices {
		paper := &seat{member: member{weights: weights{"heads": 1}}}
		p.papers = append(p.papers, paper)
		p.ballots[paper] = &ballot{choice: choice}
	}
	return ""
}

// proof names the archive that proves the totals.
func (p *poll) proof() string {
	if len(p.papers) == 0 {
		return ""
	}
	return `,"archive":` + quoted(sha256Hex(p.archive()))
}

// tellsArchive tells whether a result ends with its archive, or has none where there is none.
func (p *poll) tellsArchive(result string) bool {
	if proof := p.proof(); proof != "" {
		return strings.HasSuffix(result, proof+"}")
	}
	return !strings.Contains(result, `,"archive":"`)
}
