package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// Section 3: what a card's codes mean. A verifier of records does not need it; a phone does.

var damm = [10]string{
	"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
	"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
}

// secretOf reads a token as a person typed it.
func secretOf(typed string) ([]byte, bool) {
	text := typedCrockford(typed)
	if len(text) != 28 {
		return nil, false
	}
	raw := make([]byte, 18)
	for i, digit := range []byte(text) {
		value := strings.IndexByte(crockfordDigits, digit)
		if value < 0 {
			return nil, false
		}
		for bit := 0; bit < 5; bit++ {
			at := 5*i + bit
			raw[at/8] |= byte(value>>(4-bit)&1) << (7 - at%8)
		}
	}
	sum := sha256.Sum256(raw[:16])
	return raw[:16], crockford(append(raw[:16:16], sum[:]...), 140) == text
}

// seedOf is HKDF-SHA256 (RFC 5869) with empty salt: one block is as long as a seed.
func seedOf(secret []byte) []byte {
	extract := hmac.New(sha256.New, make([]byte, 32))
	extract.Write(secret)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write([]byte("hearing/token/v1\x01"))
	return expand.Sum(nil)
}

func isCard(typed string) bool {
	text := strings.Map(func(letter rune) rune {
		if letter == '-' || isBlank(letter) {
			return -1
		}
		return letter
	}, typed)
	state := byte('0')
	for _, digit := range []byte(text) {
		if digit < '0' || digit > '9' {
			return false
		}
		state = damm[state-'0'][digit-'0']
	}
	return len(text) == 9 && state == '0'
}

func TestTokens(t *testing.T) {
	var file struct {
		Tokens []struct{ Secret, Text, Grouped, Seed, Public, Kid string }
		Parse  []struct {
			Text, Why string
			Valid     bool
		}
		Anchors []struct{ Root, Anchor string }
		Cards   []struct {
			Text  string
			Valid bool
		}
	}
	load(t, "tokens.json", &file)
	for _, one := range file.Tokens {
		secret, ok := secretOf(one.Grouped)
		seed := seedOf(secret)
		public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		same(t, "token", []any{ok, hex.EncodeToString(secret), hex.EncodeToString(seed), hex.EncodeToString(public), keyID(public)},
			[]any{true, one.Secret, one.Seed, one.Public, one.Kid})
		printed, ok := secretOf(one.Text)
		same(t, "token", ok && bytes.Equal(printed, secret), true)
	}
	verdicts := &agree{t: t}
	for _, one := range file.Parse {
		_, got := secretOf(one.Text)
		verdicts.on("token", one.Why, got, one.Valid)
	}
	for _, one := range file.Anchors {
		same(t, "anchor", anchorOf(unhex(t, one.Root)), one.Anchor)
	}
	for _, one := range file.Cards {
		verdicts.on("card", one.Text, isCard(one.Text), one.Valid)
	}
	verdicts.both()
}
