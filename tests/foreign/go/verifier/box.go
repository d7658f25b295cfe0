package main

import (
	"math/big"
	"strings"
)

// Section 12: credentials, the setup, ballots and the opening of secret polls; section 18 says what they are made of.

const (
	leastBallots = 5
	base58       = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
)

// box is what a secret poll has beyond another one.
type box struct {
	election    string
	keys        *holderKeys
	sheets      []sheet
	offers      map[string][]byte // commitments, by entry
	raw         []byte            // the election, once it is set up
	credentials []byte
	listed      map[string]bool
	hashes      []string
	ballots     []*encrypted
	raws        [][]byte
	voted       map[string]bool
	spoiled     map[string]bool
	objections  map[string]bool
	tally       [][]ciphertext
	decryptions map[int]*decryption
	totals      [][]int
}

type offerCredential struct {
	election   string
	commitment []byte
}

type setUpPoll struct{ poll, election, trustees, credentials string }

type objectToSetup struct {
	poll, offer string
	salt        []byte
}

type spoilBallot struct{ poll, hash, opening string }

type castBatch struct {
	poll    string
	ballots []string
}

type decryptTally struct{ poll, decryption string }

func (q *question) secret() bool { return q.visibility == "secret" }

func (b *box) fingerprint() string { return digestOf(b.raw) }

// isLast tells whether its question may not be put again: it is not void, or what is in its box is known.
func (p *poll) isLast() bool { return !p.void || p.box != nil && p.box.totals != nil }

// upcoming is the election of the next poll on a secret question, or none where there can be no other.
func (s *state) upcoming(hash string) string {
	earlier := 0
	for _, one := range s.pollOrder {
		if one.questionHash == hash {
			earlier++
			if one.isLast() {
				return ""
			}
		}
	}
	text := strings.Join([]string{"hearing/election/v1", s.hearing, hash, big.NewInt(int64(earlier)).String()}, "|")
	left, _ := new(big.Int).SetString(sha256Hex([]byte(text)), 16)
	id, digit := "", new(big.Int)
	for len(id) < 22 {
		left.DivMod(left, big.NewInt(58), digit)
		id = string(base58[digit.Int64()]) + id
	}
	return id
}

func (o offerCredential) apply(s *state, by signer) string {
	for hash, asked := range s.questions {
		if asked.secret() && s.upcoming(hash) == o.election {
			if s.offers[o.election] == nil {
				s.offers[o.election] = map[string][]byte{}
			}
			s.offers[o.election][by.seat.id] = o.commitment
			return ""
		}
	}
	return "offer-too-late"
}

// newBox is that of a poll which is being opened.
func (s *state) newBox(p *poll) (*box, string) {
	if s.holders == nil || !s.holders.ready() || s.departed() {
		return nil, "keys-not-ready"
	}
	found := &box{
		election: s.upcoming(p.questionHash), keys: s.holders, sheets: p.question.sheets(), offers: map[string][]byte{},
		voted: map[string]bool{}, spoiled: map[string]bool{}, objections: map[string]bool{},
		decryptions: map[int]*decryption{},
	}
	for _, one := range p.electorate {
		if offered := s.offers[found.election][one.id]; offered != nil {
			found.offers[one.id] = offered
		}
	}
	if len(found.offers) < leastBallots {
		return nil, "too-few-offers"
	}
	return found, ""
}

// secretPoll finds a poll with a box, or says why not.
func (s *state) secretPoll(id string) (*poll, string) {
	found := s.polls[id]
	if found == nil {
		return nil, "unknown-poll"
	}
	if found.box == nil {
		return nil, "not-a-secret-poll"
	}
	return found, ""
}

func (u setUpPoll) apply(s *state, _ signer) string {
	found, code := s.secretPoll(u.poll)
	if code != "" {
		return code
	}
	in := found.box
	if !found.isOpen() {
		return "poll-closed"
	}
	if in.raw != nil {
		return "already-set-up"
	}
	raw := found.question.electionBytes(in.keys.key, in.election)
	if sha256Hex(raw) != u.election || sha256Hex(in.keys.trustees) != u.trustees {
		return "setup-mismatch"
	}
	for _, blob := range []string{u.election, u.trustees, u.credentials} {
		if s.blobs(blob) == nil {
			return "blob-missing"
		}
	}
	listed, good := readCredentials(s.blobs(u.credentials))
	if !good || len(listed) != len(in.offers) {
		return "setup-mismatch"
	}
	in.raw, in.credentials, in.listed = raw, s.blobs(u.credentials), listed
	for _, blob := range []string{u.election, u.trustees, u.credentials} {
		s.name(blob, "setup")
	}
	return ""
}

// readCredentials reads numbers below p in rising order.
func readCredentials(raw []byte) (map[string]bool, bool) {
	found, last, good := map[string]bool{}, big.NewInt(-1), true
	r := &reader{rest: raw}
	r.array(func() {
		text := r.string()
		next := numberBelow(text, modulus)
		good = good && next != nil && next.Cmp(last) > 0
		if good {
			found[text], last = true, next
		}
	})
	return found, good && r.ended()
}

func (o objectToSetup) apply(s *state, by signer) string {
	found, code := s.secretPoll(o.poll)
	if code != "" {
		return code
	}
	offered := found.box.offers[by.seat.id]
	if found.box.raw == nil || offered == nil {
		return "nothing-offered"
	}
	if commitmentOf(o.salt, o.offer) != string(offered) {
		return "commitment-mismatch"
	}
	r := &reader{rest: []byte(o.offer)}
	r.first("credential")
	credential := r.string()
	r.next("proof")
	r.proof()
	r.close()
	if !r.ended() || element(credential) == nil {
		return "bad-offer"
	}
	if found.box.listed[credential] {
		return "credential-listed"
	}
	found.box.objections[by.seat.id] = true
	return ""
}

func (b spoilBallot) apply(s *state, by signer) string {
	found, code := s.secretPoll(b.poll)
	if code != "" {
		return code
	}
	in := found.box
	if !found.isOpen() || found.isDue(by.at) {
		return "poll-closed"
	}
	if in.spoiled[b.hash] {
		return "already-spoiled"
	}
	raw := s.blobs(b.opening)
	if raw == nil {
		return "blob-missing"
	}
	if in.raw == nil {
		return "not-set-up"
	}
	opened := in.readSpoiled(raw)
	switch {
	case opened == nil:
		return "bad-spoiled-ballot"
	case !in.listed[opened.credential]:
		return "unknown-credential"
	case in.voted[opened.credential]:
		return "already-voted"
	case opened.hash != b.hash:
		return "bad-spoiled-ballot"
	}
	in.spoiled[b.hash] = true
	s.name(b.opening, "spoiled")
	return ""
}

func (c castBatch) apply(s *state, _ signer) string {
	found, code := s.secretPoll(c.poll)
	if code != "" {
		return code
	}
	in := found.box
	if !found.isOpen() {
		return "poll-closed"
	}
	for i, hash := range c.ballots {
		if i > 0 && hash <= c.ballots[i-1] {
			return "bad-batch"
		}
	}
	var entering []*encrypted
	var raws [][]byte
	voting := map[string]bool{}
	for _, hash := range c.ballots {
		raw := s.blobs(hash)
		if raw == nil {
			return "blob-missing"
		}
		read, code := in.admit(raw, voting)
		if code != "" {
			return code
		}
		voting[read.credential] = true
		entering, raws = append(entering, read), append(raws, raw)
	}
	for i, one := range entering {
		in.voted[one.credential] = true
		in.ballots, in.raws = append(in.ballots, one), append(in.raws, raws[i])
		s.name(c.ballots[i], "ballot")
	}
	return ""
}

// admit reads a ballot that may enter, beside those that enter with it.
func (b *box) admit(raw []byte, voting map[string]bool) (*encrypted, string) {
	if b.raw == nil {
		return nil, "not-set-up"
	}
	read := readEncrypted(raw)
	if read == nil || read.uuid != b.election || read.hash != b.fingerprint() || !read.signed ||
		read.signedHash != digestOf(read.body) || !read.isSummable(b.sheets) {
		return nil, "bad-secret-ballot"
	}
	switch {
	case !b.listed[read.credential]:
		return nil, "unknown-credential"
	case b.voted[read.credential] || voting[read.credential]:
		return nil, "already-voted"
	case b.spoiled[read.signedHash]:
		return nil, "ballot-spoiled"
	}
	return read, ""
}
