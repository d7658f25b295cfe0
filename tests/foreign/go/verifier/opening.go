package main

import (
	"fmt"
	"math/big"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Section 18: the opening of a secret poll, and its archive.

// decryption is a holder's part of the opening.
type decryption struct {
	raw     []byte
	factors [][]*big.Int
}

// seal adds up the ballots, if there are enough.
func (b *box) seal() {
	if b.raw == nil || len(b.ballots) < leastBallots {
		return
	}
	for i, one := range b.sheets {
		row := make([]ciphertext, one.size())
		for j := range row {
			var column []ciphertext
			for _, each := range b.ballots {
				column = append(column, each.answers[i].choices[j])
			}
			row[j] = sumOf(column)
		}
		b.tally = append(b.tally, row)
	}
}

func (d decryptTally) apply(s *state, by signer) string {
	found, code := s.secretPoll(d.poll)
	if code != "" {
		return code
	}
	in, index := found.box, found.box.keys.index(by.seat.id)
	switch {
	case !found.closed:
		return "poll-not-closed"
	case index == 0:
		return "not-a-holder"
	case in.tally == nil || found.void:
		return "nothing-to-open"
	case in.decryptions[index] != nil:
		return "already-sent"
	case in.totals != nil:
		return "enough-keys"
	}
	raw := s.blobs(d.decryption)
	if raw == nil {
		return "blob-missing"
	}
	read := in.readDecryption(raw, in.keys.publics[index-1])
	if read == nil {
		return "bad-decryption"
	}
	in.decryptions[index] = read
	if len(in.decryptions) == in.keys.threshold {
		if in.totals = in.open(); in.totals == nil {
			delete(in.decryptions, index)
			return "unreadable-totals"
		}
	}
	s.name(d.decryption, "decryption")
	return ""
}

// readDecryption gives nil unless it is good.
func (b *box) readDecryption(raw []byte, public *big.Int) *decryption {
	found := &decryption{raw: raw}
	var proofs [][]proof
	r := &reader{rest: raw}
	r.first("decryption_factors")
	r.array(func() {
		var row []*big.Int
		r.array(func() { row = append(row, element(r.string())) })
		found.factors = append(found.factors, row)
	})
	r.next("decryption_proofs")
	r.array(func() { proofs = append(proofs, r.proofs(-1)) })
	r.close()
	if !r.ended() || len(found.factors) != len(b.tally) || len(proofs) != len(b.tally) {
		return nil
	}
	said := "decrypt|" + b.fingerprint() + "|" + public.String()
	for i, row := range b.tally {
		if len(found.factors[i]) != len(row) || len(proofs[i]) != len(row) {
			return nil
		}
		for j, one := range row {
			factor := found.factors[i][j]
			if factor == nil || !isElement(one.alpha) || !isElement(one.beta) ||
				!proofs[i][j].knows(said, known{generator, public}, known{one.alpha, factor}) {
				return nil
			}
		}
	}
	return found
}

// owners are the indices of those who have decrypted, in order.
func (b *box) owners() []int {
	var all []int
	for index := range b.decryptions {
		all = append(all, index)
	}
	sort.Ints(all)
	return all
}

// open gives the totals, or nil where one is no number of ballots.
func (b *box) open() [][]int {
	totals := [][]int{}
	for i, row := range b.tally {
		var sums []int
		for j, one := range row {
			whole := big.NewInt(1)
			for _, index := range b.owners() {
				whole = product(whole, power(b.decryptions[index].factors[i][j], b.weight(index)))
			}
			held, sum := product(one.beta, inverse(whole)), 0
			for next := big.NewInt(1); next.Cmp(held) != 0; next = product(next, generator) {
				if sum++; sum > len(b.ballots) {
					return nil
				}
			}
			sums = append(sums, sum)
		}
		totals = append(totals, sums)
	}
	return totals
}

// weight is Lagrange's coefficient of a holder among those who have decrypted.
func (b *box) weight(index int) *big.Int {
	made := big.NewInt(1)
	for _, other := range b.owners() {
		if other != index {
			below := new(big.Int).ModInverse(big.NewInt(int64(other-index)).Mod(big.NewInt(int64(other-index)), order), order)
			made.Mul(made, big.NewInt(int64(other))).Mul(made, below).Mod(made, order)
		}
	}
	return made
}

// tallyBytes are those of the encrypted tally.
func (b *box) tallyBytes() []byte {
	var rows []string
	for _, row := range b.tally {
		var all []string
		for _, one := range row {
			all = append(all, fmt.Sprintf(`{"alpha":"%s","beta":"%s"}`, one.alpha, one.beta))
		}
		rows = append(rows, "["+strings.Join(all, ",")+"]")
	}
	return []byte("[" + strings.Join(rows, ",") + "]")
}

func (b *box) totalsBytes() []byte {
	var rows []string
	for _, row := range b.totals {
		var all []string
		for _, one := range row {
			all = append(all, strconv.Itoa(one))
		}
		rows = append(rows, "["+strings.Join(all, ",")+"]")
	}
	return []byte(`{"result":[` + strings.Join(rows, ",") + `]}`)
}

// box writer: an archive, event after event.
type boxWriter struct {
	raw     []byte
	stamp   int64
	parent  string
	heights int
}

// archive is secret/POLL.bel, as far as the poll has come; nil before it is set up.
func (p *poll) archive() []byte {
	in := p.box
	if in == nil || in.raw == nil {
		return nil
	}
	moment, _ := time.Parse("2006-01-02T15:04:05.000Z", p.openedAt)
	w := &boxWriter{stamp: moment.Unix()}
	w.member("BELENIOS", []byte(fmt.Sprintf(`{"version":1,"timestamp":"%d"}`, w.stamp)))
	w.event("Setup", in.raw, in.keys.trustees, in.credentials, []byte(fmt.Sprintf(
		`{"election":"%s","trustees":"%s","credentials":"%s"}`,
		sha256Hex(in.raw), sha256Hex(in.keys.trustees), sha256Hex(in.credentials))))
	for _, one := range in.raws {
		w.event("Ballot", one)
	}
	if p.closed {
		w.event("EndBallots")
	}
	if in.tally != nil {
		tally, count := in.tallyBytes(), len(in.ballots)
		w.event("EncryptedTally", tally, []byte(fmt.Sprintf(
			`{"num_tallied":%d,"total_weight":%d,"encrypted_tally":"%s"}`, count, count, sha256Hex(tally))))
	}
	for _, index := range in.owners() {
		raw := in.decryptions[index].raw
		w.event("PartialDecryption", raw, []byte(fmt.Sprintf(`{"owner":%d,"payload":"%s"}`, index, sha256Hex(raw))))
	}
	if in.totals != nil {
		w.event("Result", in.totalsBytes())
	}
	return w.raw
}

func (w *boxWriter) event(kind string, data ...[]byte) {
	parent, payload := "", ""
	if w.parent != "" {
		parent = fmt.Sprintf(`"parent":"%s",`, w.parent)
	}
	for _, one := range data {
		w.member(sha256Hex(one)+".data.json", one)
		payload = fmt.Sprintf(`,"payload":"%s"`, sha256Hex(one))
	}
	raw := []byte(fmt.Sprintf(`{%s"height":%d,"type":"%s"%s}`, parent, w.heights, kind, payload))
	w.parent = sha256Hex(raw)
	w.heights++
	w.member(w.parent+".event.json", raw)
}

func (w *boxWriter) member(name string, raw []byte) {
	frame := make([]byte, 512)
	copy(frame, name)
	copy(frame[100:], "0000644\x000000000\x000000000\x00")
	copy(frame[124:], fmt.Sprintf("%011o\x00%011o\x00        0", len(raw), w.stamp))
	sum := 0
	for _, one := range frame {
		sum += int(one)
	}
	copy(frame[148:], fmt.Sprintf("%06o\x00 ", sum))
	w.raw = append(append(w.raw, frame...), raw...)
	w.raw = append(w.raw, make([]byte, (512-len(raw)%512)%512)...)
}

// proved tells whether all that the archive holds and no act was refused for is good: ballots and credentials.
func (b *box) proved() bool {
	for credential := range b.listed {
		if element(credential) == nil {
			return false
		}
	}
	for _, one := range b.ballots {
		if !one.isGood(b.sheets, b.keys.key) {
			return false
		}
	}
	return true
}
