package main

// Section 10: the state of a hearing.

// seat is an entry of the roll.
type seat struct {
	member
	device  string          // the key id that acts for it, or none
	token   string          // the key id of its card, once that has enrolled a device
	present string          // how it came in: code, desk, or not here
	ended   bool            // not on the roll any more
	granted bool            // by a chair, during the hearing
	late    bool            // not of the roll that the notice froze
	final   map[string]bool // the polls in which its ballot stands
}

// key is a key that has ever been let in.
type key struct {
	public []byte
	holder string // root, service or device
	seat   *seat  // for whom a device acts; nil for nobody
	since  int    // the entry that let it in
}

// ballot is a person's current one in a poll.
type ballot struct {
	leaf       string
	number     int
	commitment []byte
	choice     string // exact bytes; empty while nobody knows it
}

type poll struct {
	id, closes           string
	question             *question
	questionHash         string
	eligible, electorate []*seat
	ballots              map[*seat]*ballot
	closed, revealed     bool
	closedSize           int // how many entries there are up to and with its close
	void                 bool
	reason               string
	resultHash           string
	lot                  []string // all options in the order of the lot that was drawn
	openedAt             string
	box                  *box    // of a secret poll
	papers               []*seat // by whom its ballots are counted: nobody in particular
}

type comment struct {
	blob   string
	item   string
	by     *seat
	hidden bool
}

// request is a request to speak: waiting, speaking or over.
type request struct {
	item  string
	by    *seat
	stage string
}

// pending is an act that waits for a second officer.
type pending struct {
	by  *seat
	act waiting
}

// waiting is what takes effect by a cosignature.
type waiting interface {
	cosigners() []string
	take(s *state, by signer) string
}

// standing is an act that holds, and may be cosigned.
type standing struct {
	by       *seat // nil for the service
	cosigned map[*seat]bool
}

// signer is who signed an act, and the entry that it stands in.
type signer struct {
	kid, role string
	seat      *seat // nil for root, service and token
	number    int
	at, leaf  string
	hearing   string // as the act says
	nonce     string
}

type state struct {
	blobs   func(hash string) []byte
	roots   func(size int) digest
	results func(poll string) []byte // as the bundle has them

	phase     string
	hearing   string
	convened  convene
	seats     map[string]*seat
	order     []*seat
	keys      map[string]*key
	nonces    map[string]bool
	items     map[string]item
	questions map[string]*question
	measures  map[string]bool              // that some question's rule measures
	current   string                       // the item under discussion
	holders   *holderKeys                  // who makes keys now; nil where the notice names nobody
	offers    map[string]map[string][]byte // commitments to credentials, by election and entry
	polls     map[string]*poll
	pollOrder []*poll
	comments  map[string]*comment
	requests  map[string]*request
	speaking  *request
	pending   map[string]*pending
	standing  map[string]*standing
	named     map[string]string // what each blob is
	erased    map[string]bool
}

func newState(blobs func(string) []byte, roots func(int) digest, results func(string) []byte) *state {
	return &state{
		blobs: blobs, roots: roots, results: results, phase: "empty",
		seats: map[string]*seat{}, keys: map[string]*key{}, nonces: map[string]bool{},
		items: map[string]item{}, questions: map[string]*question{}, measures: map[string]bool{"heads": true},
		polls: map[string]*poll{}, comments: map[string]*comment{}, requests: map[string]*request{},
		pending: map[string]*pending{}, standing: map[string]*standing{},
		offers: map[string]map[string][]byte{},
		named:  map[string]string{}, erased: map[string]bool{},
	}
}

// onRoll finds an entry that has not ended, or nil.
func (s *state) onRoll(id string) *seat {
	if found := s.seats[id]; found != nil && !found.ended {
		return found
	}
	return nil
}

// voters are the entries of role representative that have not ended.
func (s *state) voters() []*seat {
	var found []*seat
	for _, one := range s.order {
		if one.role == "representative" && !one.ended {
			found = append(found, one)
		}
	}
	return found
}

func (s *state) seatMember(m member) *seat {
	added := &seat{member: m, late: s.phase != "empty", final: map[string]bool{}}
	s.seats[m.id] = added
	s.order = append(s.order, added)
	return added
}

// silence makes an entry's device act for nobody; what it offered for elections to come is dropped.
func (s *state) silence(one *seat) {
	if one.device != "" {
		s.keys[one.device].seat = nil
		one.device = ""
		for _, offers := range s.offers {
			delete(offers, one.id)
		}
	}
}

// end ends an entry, and drops what it left waiting.
func (s *state) end(one *seat) {
	s.silence(one)
	one.ended, one.present = true, ""
	for leaf, left := range s.pending {
		if left.by == one {
			delete(s.pending, leaf)
		}
	}
}

func (s *state) wait(by signer, act waiting) {
	s.pending[by.leaf] = &pending{by.seat, act}
}

// stand makes an act that holds open to further signatures.
func (s *state) stand(by signer) {
	s.standing[by.leaf] = &standing{by.seat, map[*seat]bool{}}
}

// name remembers what a blob is, by the first act that named it.
func (s *state) name(blob, kind string) {
	if s.named[blob] == "" {
		s.named[blob] = kind
	}
}

// isOpen tells whether the poll takes ballots, unless it is due.
func (p *poll) isOpen() bool { return !p.closed && !p.void }

// isDue tells whether the poll's time is over at this time.
func (p *poll) isDue(at string) bool { return p.closes != "" && at >= p.closes }

func (s *state) anyOpen(among func(*poll) bool) bool {
	for _, one := range s.pollOrder {
		if one.isOpen() && among(one) {
			return true
		}
	}
	return false
}

func anyPoll(*poll) bool { return true }
