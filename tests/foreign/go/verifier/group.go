package main

import (
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
)

// Section 18: numbers, hashes, and proofs.

const mostDigits = 617

var (
	decimals = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	modulus  = number(
		"206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976" +
			"843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727" +
			"358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931" +
			"442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821" +
			"800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210" +
			"502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980" +
			"73276598828825169183103125680162072880719")
	order     = number("78571733251071885079927659812671450121821421258408794611510081919805623223441")
	generator = number(
		"240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526" +
			"967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675" +
			"540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253" +
			"431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023" +
			"167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247" +
			"763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342" +
			"3781475582491896050296680037745308460627")
)

func number(text string) *big.Int {
	found, _ := new(big.Int).SetString(text, 10)
	return found
}

// numberBelow is a number below a limit, or nil.
func numberBelow(text string, limit *big.Int) *big.Int {
	if len(text) > mostDigits || !decimals.MatchString(text) {
		return nil
	}
	if found := number(text); found.Cmp(limit) < 0 {
		return found
	}
	return nil
}

// element is a number of the group, or nil.
func element(text string) *big.Int {
	if found := numberBelow(text, modulus); found != nil && isElement(found) {
		return found
	}
	return nil
}

func isElement(x *big.Int) bool { return power(x, order).Cmp(one) == 0 }

func power(base, exponent *big.Int) *big.Int { return new(big.Int).Exp(base, exponent, modulus) }

func product(factors ...*big.Int) *big.Int {
	made := big.NewInt(1)
	for _, factor := range factors {
		made.Mod(made.Mul(made, factor), modulus)
	}
	return made
}

func inverse(x *big.Int) *big.Int { return new(big.Int).ModInverse(x, modulus) }

// hashed is the exponent that a text hashes to.
func hashed(text string) *big.Int {
	sum := sha256.Sum256([]byte(text))
	found := new(big.Int).SetBytes(sum[:])
	return found.Mod(found, order)
}

// digestOf is a SHA-256 in base64 without padding.
func digestOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return base64.RawStdEncoding.EncodeToString(sum[:])
}

func listed(numbers []*big.Int) string {
	var texts []string
	for _, one := range numbers {
		texts = append(texts, one.String())
	}
	return strings.Join(texts, ",")
}

// proof is one as it is written.
type proof struct{ challenge, response string }

func (r *reader) proof() proof {
	var found proof
	r.first("challenge")
	found.challenge = r.string()
	r.next("response")
	found.response = r.string()
	r.close()
	return found
}

func (p proof) json() string {
	return `{"challenge":` + quoted(p.challenge) + `,"response":` + quoted(p.response) + `}`
}

// numbers are challenge and response; nil where one of them is no exponent.
func (p proof) numbers() (challenge, response *big.Int) {
	challenge, response = numberBelow(p.challenge, order), numberBelow(p.response, order)
	if challenge == nil || response == nil {
		return nil, nil
	}
	return challenge, response
}

// known is a base, and what somebody says to know its exponent of.
type known struct{ base, public *big.Int }

// knows checks a proof of knowledge.
func (p proof) knows(said string, claims ...known) bool {
	challenge, response := p.numbers()
	if challenge == nil {
		return false
	}
	var commitments []*big.Int
	for _, one := range claims {
		commitments = append(commitments, product(power(one.base, response), power(one.public, challenge)))
	}
	return hashed(said+"|"+listed(commitments)).Cmp(challenge) == 0
}

// ciphertext is α and β.
type ciphertext struct{ alpha, beta *big.Int }

// sumOf adds up what ciphertexts hold.
func sumOf(all []ciphertext) ciphertext {
	sum := ciphertext{big.NewInt(1), big.NewInt(1)}
	for _, one := range all {
		sum = ciphertext{product(sum.alpha, one.alpha), product(sum.beta, one.beta)}
	}
	return sum
}

// holds is the claim that a ciphertext holds a number.
type holds struct {
	ciphertext
	number int64
}

// oneHolds checks a proof of one among several.
func oneHolds(said string, y *big.Int, claims []holds, proofs []proof) bool {
	if len(proofs) != len(claims) {
		return false
	}
	var commitments []*big.Int
	sum := new(big.Int)
	for i, one := range claims {
		challenge, response := proofs[i].numbers()
		if challenge == nil {
			return false
		}
		beta := product(one.beta, inverse(power(generator, big.NewInt(one.number))))
		commitments = append(commitments,
			product(power(generator, response), power(one.alpha, challenge)),
			product(power(y, response), power(beta, challenge)))
		sum.Add(sum, challenge)
	}
	return hashed(said+"|"+listed(commitments)).Cmp(sum.Mod(sum, order)) == 0
}
