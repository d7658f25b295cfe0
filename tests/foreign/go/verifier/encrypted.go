package main

import (
	"math/big"
	"strings"
)

// Section 18: encrypted ballots, and spoiled ones.

// answer fills in a sheet.
type answer struct {
	choices    []ciphertext // nil numbers where they are no decimal numbers below p
	individual [][]proof
	overall    []proof
	blank      []proof
}

// encrypted is a ballot; its body is what stands without the signature.
type encrypted struct {
	uuid, hash, credential string
	answers                []answer
	signed                 bool
	signedHash             string
	signature              proof
	body                   []byte
}

// readEncrypted reads the form of a ballot; nil if it has another.
func readEncrypted(raw []byte) *encrypted {
	found := &encrypted{body: raw}
	r := &reader{rest: raw}
	r.first("election_uuid")
	found.uuid = r.string()
	found.hash = r.named("election_hash", r.string)
	found.credential = r.named("credential", r.string)
	r.next("answers")
	r.array(func() { found.answers = append(found.answers, r.answer()) })
	if before := len(raw) - len(r.rest); r.more("signature") {
		found.signed = true
		r.first("hash")
		found.signedHash = r.string()
		r.next("proof")
		found.signature = r.proof()
		r.close()
		found.body = append(append([]byte{}, raw[:before]...), '}')
	}
	r.close()
	if !r.ended() {
		return nil
	}
	return found
}

func (r *reader) answer() answer {
	var found answer
	r.first("choices")
	r.array(func() {
		r.first("alpha")
		alpha := r.string()
		beta := r.named("beta", r.string)
		r.close()
		found.choices = append(found.choices, ciphertext{numberBelow(alpha, modulus), numberBelow(beta, modulus)})
	})
	r.next("individual_proofs")
	r.array(func() { found.individual = append(found.individual, r.proofs(2)) })
	r.next("overall_proof")
	found.overall = r.proofs(-1)
	if r.more("blank_proof") {
		found.blank = r.proofs(2)
	}
	r.close()
	return found
}

// proofs are so many, or any number of them.
func (r *reader) proofs(count int) []proof {
	var all []proof
	r.array(func() { all = append(all, r.proof()) })
	if count >= 0 && len(all) != count {
		r.fail()
	}
	return all
}

// isSummable tells whether it has the shape of these sheets, and numbers in it.
func (e *encrypted) isSummable(sheets []sheet) bool {
	if len(e.answers) != len(sheets) {
		return false
	}
	for i, one := range e.answers {
		asked := sheets[i]
		if len(one.choices) != asked.size() || len(one.individual) != asked.size() ||
			len(one.overall) != asked.proofs() || (one.blank != nil) != asked.blank {
			return false
		}
		for _, each := range one.choices {
			if each.alpha == nil || each.beta == nil {
				return false
			}
		}
	}
	return true
}

// isProved tells whether all proofs of its answers hold, and all its numbers are elements.
func (e *encrypted) isProved(sheets []sheet, key *big.Int) bool {
	if !e.isSummable(sheets) {
		return false
	}
	for i, one := range e.answers {
		if !one.isProved(sheets[i], key, e.hash+"|"+e.credential) {
			return false
		}
	}
	return true
}

func (a answer) isProved(asked sheet, key *big.Int, said string) bool {
	var numbers []*big.Int
	for i, each := range a.choices {
		if !isElement(each.alpha) || !isElement(each.beta) ||
			!oneHolds("prove|"+said+"|"+listed([]*big.Int{each.alpha, each.beta}), key,
				[]holds{{each, 0}, {each, 1}}, a.individual[i]) {
			return false
		}
		numbers = append(numbers, each.alpha, each.beta)
	}
	said += "|" + listed(numbers)
	var claims []holds
	marked := sumOf(a.choices)
	if asked.blank {
		marked = sumOf(a.choices[1:])
		if !oneHolds("bproof0|"+said, key, []holds{{a.choices[0], 0}, {marked, 0}}, a.blank) {
			return false
		}
		claims = append(claims, holds{a.choices[0], 1})
		said = "bproof1|" + said
	} else {
		said = "prove|" + said + "|" + listed([]*big.Int{marked.alpha, marked.beta})
	}
	for count := asked.least; count <= asked.most; count++ {
		claims = append(claims, holds{marked, int64(count)})
	}
	return oneHolds(said, key, claims, a.overall)
}

// isGood tells whether a ballot of this election is good but for its credential being listed.
func (e *encrypted) isGood(sheets []sheet, key *big.Int) bool {
	signer := element(e.credential)
	return signer != nil && e.signature.knows("sig|"+e.signedHash, known{generator, signer}) && e.isProved(sheets, key)
}

// spoiled is a ballot that was opened.
type spoiled struct{ credential, hash string }

// readSpoiled gives nil unless it is good.
func (b *box) readSpoiled(raw []byte) *spoiled {
	r := &reader{rest: raw}
	r.first("body")
	text := r.string()
	r.next("choice")
	var choice [][]int64
	r.array(func() {
		row := []int64{}
		r.array(func() { row = append(row, r.between(-maxInteger, maxInteger)) })
		choice = append(choice, row)
	})
	r.next("randomness")
	var drawn [][]*big.Int
	r.array(func() {
		row := []*big.Int{}
		r.array(func() { row = append(row, numberBelow(r.string(), order)) })
		drawn = append(drawn, row)
	})
	r.next("proof")
	shown := r.proof()
	r.close()
	body := readEncrypted([]byte(text))
	if !r.ended() || body == nil || body.signed || body.uuid != b.election || body.hash != b.fingerprint() {
		return nil
	}
	found := &spoiled{body.credential, digestOf([]byte(text))}
	signer := element(body.credential)
	if signer == nil || !body.isProved(b.sheets, b.keys.key) || len(choice) != len(b.sheets) || len(drawn) != len(b.sheets) ||
		!shown.knows(strings.Join([]string{"hearing/spoil/v1", b.election, found.hash}, "|"), known{generator, signer}) {
		return nil
	}
	for i, one := range body.answers {
		if !b.sheets[i].allows(choice[i]) || len(drawn[i]) != len(choice[i]) {
			return nil
		}
		for j, each := range one.choices {
			if drawn[i][j] == nil || !each.isOf(b.keys.key, drawn[i][j], choice[i][j]) {
				return nil
			}
		}
	}
	return found
}

// isOf tells whether a ciphertext is of this randomness and this number.
func (c ciphertext) isOf(key, randomness *big.Int, number int64) bool {
	beta := product(power(key, randomness), power(generator, big.NewInt(number)))
	return c.alpha.Cmp(power(generator, randomness)) == 0 && c.beta.Cmp(beta) == 0
}

// allows tells whether a sheet may be filled in so.
func (s sheet) allows(choice []int64) bool {
	if len(choice) != s.size() {
		return false
	}
	marked := 0
	for _, one := range choice[s.size()-len(s.lines):] {
		marked += int(one)
	}
	for _, one := range choice {
		if one != 0 && one != 1 {
			return false
		}
	}
	if s.blank && choice[0] == 1 {
		return marked == 0
	}
	return marked >= s.least && marked <= s.most
}
