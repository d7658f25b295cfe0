package main

import "math/big"

// Section 12: key.certificate to key.restart.

// keys are those of the secret polls, as far as the holders have come.
type holderKeys struct {
	holders      []string
	threshold    int
	certificates map[string]*certificate
	dealings     map[string]*dealing
	shares       map[string][]byte
	publics      []*big.Int // by index
	trustees     []byte
	key          *big.Int // the election key
	accepted     map[string]bool
	refused      map[string]bool
}

type sendCertificate struct{ message string }

type sendDealing struct{ message string }

type sendShare struct{ message string }

type acceptKeys struct{ trustees string }

type refuseMessage struct{ message string }

type restartKeys struct {
	holders   []string
	threshold int64
	by        *seat // who asks
}

// newKeys gives nil where these cannot hold them: all are of the notice's roll, and of two groups that may open,
// one holder at least is in both.
func (s *state) newKeys(holders []string, threshold int64) *holderKeys {
	seen := map[string]bool{}
	for _, one := range holders {
		if found := s.onRoll(one); seen[one] || found == nil || found.late {
			return nil
		}
		seen[one] = true
	}
	if size := int64(len(holders)); threshold > size || 2*threshold <= size {
		return nil
	}
	return &holderKeys{
		holders: holders, threshold: int(threshold), certificates: map[string]*certificate{},
		dealings: map[string]*dealing{}, shares: map[string][]byte{},
		accepted: map[string]bool{}, refused: map[string]bool{},
	}
}

func (k *holderKeys) ready() bool {
	return k.trustees != nil && len(k.accepted) == len(k.holders) && len(k.refused) == 0
}

// departed tells whether a holder's entry has ended, who can decrypt nothing any more.
func (s *state) departed() bool {
	for _, one := range s.holders.holders {
		if s.onRoll(one) == nil {
			return true
		}
	}
	return false
}

// index counts from 1; 0 is nobody's.
func (k *holderKeys) index(holder string) int {
	for i, one := range k.holders {
		if one == holder {
			return i + 1
		}
	}
	return 0
}

// all certificates, in the order of the holders.
func (k *holderKeys) certified() []*certificate {
	var all []*certificate
	for _, one := range k.holders {
		all = append(all, k.certificates[one])
	}
	return all
}

func (k *holderKeys) dealt() []*dealing {
	var all []*dealing
	for _, one := range k.holders {
		all = append(all, k.dealings[one])
	}
	return all
}

// holding finds the keys that the signer makes with others, and its index; nil if it does not.
func (s *state) holding(by signer) (*holderKeys, int) {
	if s.holders == nil || by.seat == nil || s.holders.index(by.seat.id) == 0 {
		return nil, 0
	}
	return s.holders, s.holders.index(by.seat.id)
}

func (c sendCertificate) apply(s *state, by signer) string {
	keys, index := s.holding(by)
	if keys == nil {
		return "not-a-holder"
	}
	if keys.certificates[by.seat.id] != nil {
		return "already-sent"
	}
	raw := s.blobs(c.message)
	if raw == nil {
		return "blob-missing"
	}
	found := readCertificate(raw, len(keys.holders), keys.threshold, index)
	if found == nil {
		return "bad-key-message"
	}
	for _, other := range keys.certificates {
		if found.sharesKey(other) {
			return "bad-key-message"
		}
	}
	keys.certificates[by.seat.id] = found
	s.name(c.message, "key")
	return ""
}

func (d sendDealing) apply(s *state, by signer) string {
	keys, _ := s.holding(by)
	switch {
	case keys == nil:
		return "not-a-holder"
	case len(keys.certificates) < len(keys.holders):
		return "too-early"
	case keys.dealings[by.seat.id] != nil:
		return "already-sent"
	}
	raw := s.blobs(d.message)
	if raw == nil {
		return "blob-missing"
	}
	found := readDealing(raw, keys.certificates[by.seat.id], keys.certified(), keys.threshold)
	if found == nil {
		return "bad-key-message"
	}
	found.hash = d.message
	keys.dealings[by.seat.id] = found
	s.name(d.message, "key")
	return ""
}

func (h sendShare) apply(s *state, by signer) string {
	keys, index := s.holding(by)
	switch {
	case keys == nil:
		return "not-a-holder"
	case len(keys.dealings) < len(keys.holders):
		return "too-early"
	case keys.shares[by.seat.id] != nil:
		return "already-sent"
	}
	raw := s.blobs(h.message)
	if raw == nil {
		return "blob-missing"
	}
	if readShare(raw, keys.certificates[by.seat.id], keys.dealt(), index) == nil {
		return "bad-key-message"
	}
	if len(keys.shares) == len(keys.holders)-1 && keys.electionKey().Cmp(one) == 0 {
		return "bad-key-message"
	}
	keys.shares[by.seat.id] = raw
	s.name(h.message, "key")
	if len(keys.shares) == len(keys.holders) {
		keys.finish()
	}
	return ""
}

func (k *holderKeys) electionKey() *big.Int {
	key := big.NewInt(1)
	for _, one := range k.dealings {
		key = product(key, one.committed[0])
	}
	return key
}

// finish makes the trustees of all messages.
func (k *holderKeys) finish() {
	var shares [][]byte
	for i, holder := range k.holders {
		shares = append(shares, k.shares[holder])
		k.publics = append(k.publics, readShare(k.shares[holder], k.certificates[holder], k.dealt(), i+1))
	}
	k.trustees, k.key = trusteesBytes(k.threshold, k.certified(), k.dealt(), shares), k.electionKey()
}

func (a acceptKeys) apply(s *state, by signer) string {
	keys, _ := s.holding(by)
	switch {
	case keys == nil:
		return "not-a-holder"
	case keys.trustees == nil:
		return "too-early"
	case keys.accepted[by.seat.id]:
		return "already-sent"
	case sha256Hex(keys.trustees) != a.trustees:
		return "other-keys"
	}
	keys.accepted[by.seat.id] = true
	return ""
}

func (m refuseMessage) apply(s *state, by signer) string {
	keys, _ := s.holding(by)
	switch {
	case keys == nil:
		return "not-a-holder"
	case !keys.hasDealt(m.message):
		return "unknown-message"
	case keys.ready() || keys.refused[by.seat.id]:
		return "already-sent"
	}
	keys.refused[by.seat.id] = true
	return ""
}

// hasDealt tells whether one of the holders has dealt what has this hash.
func (k *holderKeys) hasDealt(message string) bool {
	for _, one := range k.dealings {
		if one.hash == message {
			return true
		}
	}
	return false
}

func (k restartKeys) apply(s *state, by signer) string {
	if s.holders == nil {
		return "not-a-holder"
	}
	if s.newKeys(k.holders, k.threshold) == nil {
		return "bad-holders"
	}
	for leaf, waits := range s.pending {
		if _, same := waits.act.(restartKeys); same {
			delete(s.pending, leaf)
		}
	}
	k.by = by.seat
	s.wait(by, k)
	return ""
}

func (restartKeys) cosigners() []string { return []string{"supervisor"} }

func (k restartKeys) take(s *state, by signer) string {
	if k.by.late && by.seat.late {
		return "both-joined-late"
	}
	found := s.newKeys(k.holders, k.threshold)
	if found == nil {
		return "bad-holders"
	}
	s.holders = found
	return ""
}

// needsKey tells whether this entry holds a key of a box that may still be opened.
func (s *state) needsKey(id string) bool {
	for _, one := range s.pollOrder {
		if one.box != nil && !one.void && one.resultHash == "" && one.box.totals == nil && one.box.keys.index(id) != 0 {
			return true
		}
	}
	return false
}
