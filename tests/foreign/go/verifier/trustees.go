package main

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// Section 18: what key holders send, and what follows from it.

const groupName = "BELENIOS-2048"

var sealedData = regexp.MustCompile(`^([0-9a-f]{2}){8,}$`)

// signedText is a text with its sender's signature.
type signedText struct {
	message   string
	signature proof
}

func (r *reader) signedText() signedText {
	var found signedText
	r.first("message")
	found.message = r.string()
	r.next("signature")
	found.signature = r.proof()
	r.close()
	return found
}

func (t signedText) json() string {
	return `{"message":` + quoted(t.message) + `,"signature":` + t.signature.json() + `}`
}

func isSigned(by *big.Int, text string, signature proof) bool {
	return signature.knows("sigmsg|"+text, known{generator, by})
}

// certificate is a holder's keys.
type certificate struct {
	signed                   signedText
	verification, encryption *big.Int
}

// readCertificate gives nil unless it is good, of holder i of n with threshold t.
func readCertificate(raw []byte, n, t, i int) *certificate {
	outer := &reader{rest: raw}
	found := &certificate{signed: outer.signedText()}
	inner := &reader{rest: []byte(found.signed.message)}
	inner.literal(fmt.Sprintf(`{"context":{"group":"%s","size":%d,"threshold":%d,"index":%d}`, groupName, n, t, i))
	found.verification = element(inner.named("verification", inner.string))
	found.encryption = element(inner.named("encryption", inner.string))
	inner.close()
	if !outer.ended() || !inner.ended() || !isKey(found.verification) || !isKey(found.encryption) ||
		!isSigned(found.verification, found.signed.message, found.signed.signature) {
		return nil
	}
	return found
}

func isKey(found *big.Int) bool { return found != nil && found.Cmp(one) != 0 }

// shares a key with another certificate.
func (c *certificate) sharesKey(other *certificate) bool {
	for _, mine := range []*big.Int{c.verification, c.encryption} {
		if mine.Cmp(other.verification) == 0 || mine.Cmp(other.encryption) == 0 {
			return true
		}
	}
	return false
}

// dealing is what a holder deals out.
type dealing struct {
	coefexps  signedText
	signature proof
	committed []*big.Int
	hash      string // of the blob
}

// readDealing gives nil unless it is good, of a holder with this certificate among all.
func readDealing(raw []byte, by *certificate, all []*certificate, t int) *dealing {
	found := &dealing{}
	r := &reader{rest: raw}
	r.first("polynomial")
	sealed := []string{r.string()}
	r.next("secrets")
	r.array(func() { sealed = append(sealed, r.string()) })
	r.next("coefexps")
	found.coefexps = r.signedText()
	r.next("signature")
	found.signature = r.proof()
	r.close()
	inner := &reader{rest: []byte(found.coefexps.message)}
	var texts []string
	inner.first("coefexps")
	inner.array(func() {
		texts = append(texts, inner.string())
		found.committed = append(found.committed, element(texts[len(texts)-1]))
	})
	inner.close()
	if !r.ended() || !inner.ended() || len(sealed) != len(all)+1 || len(texts) != t {
		return nil
	}
	for _, one := range found.committed {
		if one == nil {
			return nil
		}
	}
	for _, one := range sealed {
		if !isSealed(one) {
			return nil
		}
	}
	if !isSigned(by.verification, found.coefexps.message, found.coefexps.signature) ||
		!isSigned(by.verification, "certs_sig|"+seen(all, texts), found.signature) {
		return nil
	}
	return found
}

// seen is what a dealer has seen.
func seen(all []*certificate, coefexps []string) string {
	var certs, elements []string
	for _, one := range all {
		certs = append(certs, one.signed.json())
	}
	for _, one := range coefexps {
		elements = append(elements, quoted(one))
	}
	return `{"certs":[` + strings.Join(certs, ",") + `],"coefexps":[` + strings.Join(elements, ",") + `]}`
}

func isSealed(text string) bool {
	r := &reader{rest: []byte(text)}
	r.first("alpha")
	alpha := r.string()
	beta := r.named("beta", r.string)
	data := r.named("data", r.string)
	r.close()
	return r.ended() && element(alpha) != nil && element(beta) != nil && sealedData.MatchString(data)
}

// readShare gives the public key of holder j, or nil.
func readShare(raw []byte, by *certificate, dealt []*dealing, j int) *big.Int {
	r := &reader{rest: raw}
	r.first("pok")
	pok := r.proof()
	text := r.named("public_key", r.string)
	r.next("signature")
	signature := r.proof()
	r.close()
	public := element(text)
	if !r.ended() || !isKey(public) || !isSigned(by.verification, text, signature) ||
		!pok.knows("pok|"+groupName+"|"+text, known{generator, public}) {
		return nil
	}
	expected, exponent := big.NewInt(1), big.NewInt(1)
	for k := range dealt[0].committed {
		for _, one := range dealt {
			expected = product(expected, power(one.committed[k], exponent))
		}
		exponent = new(big.Int).Mul(exponent, big.NewInt(int64(j)))
	}
	if expected.Cmp(public) != 0 {
		return nil
	}
	return public
}

// trusteesBytes are what all messages make together, in the order of the holders.
func trusteesBytes(t int, certificates []*certificate, dealt []*dealing, shares [][]byte) []byte {
	var certs, coefexps, signatures []string
	for i, one := range certificates {
		certs = append(certs, one.signed.json())
		coefexps = append(coefexps, dealt[i].coefexps.json())
		signatures = append(signatures, dealt[i].signature.json())
	}
	var keys []string
	for _, one := range shares {
		keys = append(keys, string(one))
	}
	list := func(all []string) string { return "[" + strings.Join(all, ",") + "]" }
	return []byte(fmt.Sprintf(`[["Pedersen",{"threshold":%d,"certs":%s,"coefexps":%s,"signatures":%s,"verification_keys":%s}]]`,
		t, list(certs), list(coefexps), list(signatures), list(keys)))
}
