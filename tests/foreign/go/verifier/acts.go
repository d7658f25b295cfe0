package main

import "regexp"

// Section 12: how the payload of every kind reads.

var (
	origins   = regexp.MustCompile(`^[a-z0-9.:-]{1,100}/h/[0-9a-z]{12}(/rehearsal)?$`)
	codes     = regexp.MustCompile(`^[0-9]{6}$`)
	elections = regexp.MustCompile(`^[1-9A-HJ-NP-Za-km-z]{22}$`)
	rolls     = regexp.MustCompile(`^(0|[1-9][0-9]*)( (0|[1-9][0-9]*))*$`)
)

// act is a payload.
type act struct {
	hearing, kind, nonce string
	headSize             int64
	headRoot             string
	body                 body
}

// body is what a kind adds. It gives the code of its refusal; if that is empty, it has changed the state.
type body interface {
	apply(s *state, by signer) string
}

func readAct(payload []byte) (act, bool) {
	var found act
	r := &reader{rest: payload}
	r.version()
	r.next("hearing")
	found.hearing = r.hearingID()
	r.next("act")
	found.kind = r.string()
	r.next("nonce")
	found.nonce = r.nonce()
	if found.kind != "hearing.convene" {
		r.next("head")
		r.first("size")
		found.headSize = r.size()
		r.next("root")
		found.headRoot = r.hash()
		r.close()
	}
	read, known := bodies[found.kind]
	if !known {
		return act{}, false
	}
	found.body = read(r)
	r.close()
	return found, r.ended()
}

// bodies reads the members of a kind.
var bodies = map[string]func(r *reader) body{
	"hearing.convene": func(r *reader) body { return r.convene() },
	"hearing.open":    func(*reader) body { return openHearing{} },
	"role.grant": func(r *reader) body {
		r.next("member")
		return grantRole{r.member()}
	},
	"role.end":      func(r *reader) body { return endRole{r.named("member", r.memberID), r.because()} },
	"roll.amend":    func(r *reader) body { return r.amend() },
	"device.enrol":  func(r *reader) body { return r.enrol() },
	"device.revoke": func(r *reader) body { return r.revoke() },
	"presence.in": func(r *reader) body {
		who := r.named("member", r.memberID)
		r.next("code")
		return comeIn{who, r.orNull(func() string { return r.matching(codes) })}
	},
	"presence.out":      func(r *reader) body { return goOut{r.named("member", r.memberID)} },
	"item.call":         func(r *reader) body { return callItem{r.named("item", r.localID)} },
	"comment.post":      func(r *reader) body { return postComment{r.named("item", r.localID), r.named("text", r.hash)} },
	"comment.hide":      func(r *reader) body { return hideComment{r.named("comment", r.hash), r.because()} },
	"blob.erase":        func(r *reader) body { return eraseBlob{r.named("blob", r.hash), r.because()} },
	"floor.request":     func(r *reader) body { return requestFloor{r.named("item", r.localID)} },
	"floor.withdraw":    func(r *reader) body { return withdrawFloor{r.named("request", r.hash)} },
	"floor.end":         func(r *reader) body { return endFloor{r.named("request", r.hash)} },
	"poll.close":        func(r *reader) body { return closePoll{r.named("poll", r.hash)} },
	"poll.reveal":       func(r *reader) body { return revealPoll{r.named("poll", r.hash), r.named("openings", r.hash)} },
	"tally.publish":     func(r *reader) body { return publishTally{r.named("poll", r.hash), r.named("result", r.hash)} },
	"poll.void":         func(r *reader) body { return voidPoll{r.named("poll", r.hash), r.because()} },
	"lot.draw":          func(r *reader) body { return drawLot{r.named("poll", r.hash), r.named("rolled", r.rolled)} },
	"act.cosign":        func(r *reader) body { return cosign{r.named("target", r.hash)} },
	"minutes.publish":   func(r *reader) body { return publishMinutes{r.named("minutes", r.hash)} },
	"hearing.adjourn":   func(*reader) body { return adjourn{} },
	"poll.open":         func(r *reader) body { return r.openPoll() },
	"ballot.cast":       func(r *reader) body { return r.castBallot() },
	"ballot.open":       func(r *reader) body { return r.openBallot() },
	"key.certificate":   func(r *reader) body { return sendCertificate{r.named("message", r.hash)} },
	"key.polynomial":    func(r *reader) body { return sendDealing{r.named("message", r.hash)} },
	"key.share":         func(r *reader) body { return sendShare{r.named("message", r.hash)} },
	"key.accept":        func(r *reader) body { return acceptKeys{r.named("trustees", r.hash)} },
	"key.refuse":        func(r *reader) body { return refuseMessage{r.refused()} },
	"key.restart":       func(r *reader) body { return r.restart() },
	"credential.offer":  func(r *reader) body { return r.offer() },
	"poll.setup":        func(r *reader) body { return r.setUp() },
	"credential.object": func(r *reader) body { return r.objection() },
	"ballot.spoil": func(r *reader) body {
		return spoilBallot{r.named("poll", r.hash), r.named("hash", r.digest), r.named("opening", r.hash)}
	},
	"ballot.batch": func(r *reader) body { return r.batch() },
	"key.decrypt": func(r *reader) body {
		return decryptTally{r.named("poll", r.hash), r.named("decryption", r.hash)}
	},
	"floor.give": func(r *reader) body {
		request := r.named("request", r.hash)
		r.next("seconds")
		r.between(10, 3600)
		return giveFloor{request}
	},
}

func (r *reader) named(name string, read func() string) string {
	r.next(name)
	return read()
}

func (r *reader) because() string { return r.named("reason", r.reason) }

func (r *reader) rolled() string {
	text := r.matching(rolls)
	if len(text) > 100 {
		r.fail()
	}
	return text
}

func (r *reader) convene() convene {
	var found convene
	found.origin = r.named("origin", func() string { return r.matching(origins) })
	r.next("rehearsal")
	found.rehearsal = r.boolean()
	found.community = r.named("community", r.localID)
	r.next("root")
	found.root = r.octets(32)
	r.next("service")
	found.service = r.octets(32)
	found.notice = r.named("notice", r.hash)
	found.roll = r.named("roll", r.hash)
	return found
}

func (r *reader) amend() amendRoll {
	var found amendRoll
	r.next("add")
	r.array(func() { found.add = append(found.add, r.member()) })
	r.next("remove")
	r.array(func() { found.remove = append(found.remove, r.memberID()) })
	r.because()
	return found
}

func (r *reader) enrol() enrol {
	var found enrol
	found.member = r.named("member", r.memberID)
	r.next("token")
	found.token = r.octets(32)
	r.next("salt")
	found.salt = r.octets(32)
	r.next("device")
	found.device = r.octets(32)
	r.next("proof")
	found.proof = r.octets(64)
	r.next("consent")
	if !r.has("null") {
		found.consent = r.octets(64)
	}
	return found
}

func (r *reader) revoke() revokeDevice {
	var found revokeDevice
	r.next("device")
	found.device = toB64url(r.octets(32))
	r.because()
	r.next("reballot")
	found.reballot = r.boolean()
	return found
}

func (r *reader) openPoll() openPoll {
	found := openPoll{item: r.named("item", r.localID), question: r.named("question", r.hash)}
	r.next("closes")
	found.closes = r.orNull(r.time)
	return found
}

func (r *reader) castBallot() castBallot {
	found := castBallot{poll: r.named("poll", r.hash)}
	r.next("replaces")
	found.replaces = r.orNull(r.hash)
	if r.has(`,"commitment":`) {
		found.commitment = r.octets(32)
	}
	if r.has(`,"choice":`) {
		found.choice = r.choice()
	}
	return found
}

func (r *reader) openBallot() openBallot {
	found := openBallot{poll: r.named("poll", r.hash)}
	found.opened.ballot = r.named("ballot", r.hash)
	r.next("salt")
	found.opened.salt = r.octets(32)
	found.opened.choice = r.named("choice", r.choice)
	return found
}

func (r *reader) refused() string {
	message := r.named("message", r.hash)
	r.because()
	return message
}

// keyHolders are one to nine people, and how many of them suffice.
func (r *reader) keyHolders() restartKeys {
	var found restartKeys
	r.array(func() { found.holders = append(found.holders, r.memberID()) })
	if len(found.holders) < 1 || len(found.holders) > 9 {
		r.fail()
	}
	r.next("threshold")
	found.threshold = r.between(1, 9)
	return found
}

func (r *reader) restart() restartKeys {
	r.next("holders")
	found := r.keyHolders()
	r.because()
	return found
}

func (r *reader) offer() offerCredential {
	found := offerCredential{election: r.named("election", func() string { return r.matching(elections) })}
	r.next("commitment")
	found.commitment = r.octets(32)
	return found
}

func (r *reader) setUp() setUpPoll {
	return setUpPoll{
		r.named("poll", r.hash), r.named("election", r.hash),
		r.named("trustees", r.hash), r.named("credentials", r.hash),
	}
}

func (r *reader) objection() objectToSetup {
	found := objectToSetup{poll: r.named("poll", r.hash)}
	r.next("salt")
	found.salt = r.octets(32)
	found.offer = r.named("offer", func() string { return r.atMost(1000) })
	return found
}

func (r *reader) batch() castBatch {
	found := castBatch{poll: r.named("poll", r.hash)}
	r.next("ballots")
	r.array(func() { found.ballots = append(found.ballots, r.hash()) })
	if len(found.ballots) < 1 || len(found.ballots) > 500 {
		r.fail()
	}
	return found
}
