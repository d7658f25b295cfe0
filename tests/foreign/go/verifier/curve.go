package main

import "math/big"

// Section 2, public keys: the curve edwards25519 (RFC 8032 §5.1), as far as the order of a point needs it.

var (
	one        = big.NewInt(1)
	fieldPrime = new(big.Int).Sub(new(big.Int).Lsh(one, 255), big.NewInt(19))
	groupOrder = decimal("7237005577332262213973186563042994240857116359379907606001950938285454250989")
	curveD     = decimal("37095705934669439343138083508754565189542113879843219016388785533085940283555")
	curveD2    = modP(new(big.Int).Lsh(curveD, 1))
)

func decimal(text string) *big.Int {
	number, ok := new(big.Int).SetString(text, 10)
	if !ok {
		panic(text)
	}
	return number
}

// point is (x/z, y/z), and t is x·y/z.
type point struct{ x, y, z, t *big.Int }

func modP(number *big.Int) *big.Int { return number.Mod(number, fieldPrime) }

func times(a, b *big.Int) *big.Int { return modP(new(big.Int).Mul(a, b)) }

func plus(a, b *big.Int) *big.Int { return modP(new(big.Int).Add(a, b)) }

func minus(a, b *big.Int) *big.Int { return modP(new(big.Int).Sub(a, b)) }

func neutralPoint() point { return point{new(big.Int), big.NewInt(1), big.NewInt(1), new(big.Int)} }

// decodePoint reads the canonical encoding of a point, of any order.
func decodePoint(raw []byte) (point, bool) {
	if len(raw) != 32 {
		return point{}, false
	}
	y := littleEndian(raw)
	sign := y.Bit(255)
	y.SetBit(y, 255, 0)
	if y.Cmp(fieldPrime) >= 0 {
		return point{}, false
	}
	squared := times(y, y)
	below := plus(times(curveD, squared), one)
	squared = times(minus(squared, one), new(big.Int).ModInverse(below, fieldPrime))
	x := new(big.Int).ModSqrt(squared, fieldPrime)
	if x == nil || x.Sign() == 0 && sign == 1 {
		return point{}, false
	}
	if x.Bit(0) != sign {
		x = minus(fieldPrime, x)
	}
	return point{x, y, big.NewInt(1), times(x, y)}, true
}

// add is complete: it holds for equal points and for the neutral one too.
func add(p, q point) point {
	a := times(minus(p.y, p.x), minus(q.y, q.x))
	b := times(plus(p.y, p.x), plus(q.y, q.x))
	c := times(times(p.t, curveD2), q.t)
	d := times(plus(p.z, p.z), q.z)
	e, f, g, h := minus(b, a), minus(d, c), plus(d, c), plus(b, a)
	return point{times(e, f), times(g, h), times(f, g), times(e, h)}
}

func multiply(factor *big.Int, p point) point {
	product := neutralPoint()
	for bit := factor.BitLen() - 1; bit >= 0; bit-- {
		product = add(product, product)
		if factor.Bit(bit) == 1 {
			product = add(product, p)
		}
	}
	return product
}

func (p point) isNeutral() bool { return p.x.Sign() == 0 && p.y.Cmp(p.z) == 0 }

// hasPrimeOrder tells whether ℓ · p = 0 and p ≠ 0.
func (p point) hasPrimeOrder() bool { return !p.isNeutral() && multiply(groupOrder, p).isNeutral() }

// littleEndian reads an integer whose first byte is the least significant one.
func littleEndian(raw []byte) *big.Int {
	reversed := make([]byte, len(raw))
	for i, octet := range raw {
		reversed[len(raw)-1-i] = octet
	}
	return new(big.Int).SetBytes(reversed)
}
