package main

import (
	"regexp"
	"strings"
)

// Sections 4 and 5: an entry, and the signed act in it.

const maxEntry = 65_535

var (
	compactJWS = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	jwsHeader  = regexp.MustCompile(`^\{"alg":"Ed25519","kid":"([A-Za-z0-9_-]{43})","typ":"hearing-act\+jws"\}$`)
)

// entry is one line of the record.
type entry struct {
	seq     int64
	at, jws string
}

// signedAct is a JWS in its parts; nobody has checked the signature yet.
type signedAct struct {
	kid       string
	input     string
	payload   []byte
	signature []byte
}

func readEntry(line []byte) (entry, bool) {
	if len(line) > maxEntry {
		return entry{}, false
	}
	var found entry
	r := &reader{rest: line}
	r.first("seq")
	found.seq = r.between(0, maxInteger-1)
	r.next("at")
	found.at = r.string()
	r.next("jws")
	found.jws = r.matching(compactJWS)
	r.close()
	return found, r.ended() && isMoment(found.at)
}

func readJWS(text string) (signedAct, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return signedAct{}, false
	}
	header, goodHeader := fromB64url(parts[0])
	payload, goodPayload := fromB64url(parts[1])
	signature, goodSignature := fromB64url(parts[2])
	kid := jwsHeader.FindSubmatch(header)
	if !goodHeader || !goodPayload || !goodSignature || len(signature) != 64 || kid == nil {
		return signedAct{}, false
	}
	if _, ok := fromB64url(string(kid[1])); !ok {
		return signedAct{}, false
	}
	return signedAct{string(kid[1]), parts[0] + "." + parts[1], payload, signature}, true
}
