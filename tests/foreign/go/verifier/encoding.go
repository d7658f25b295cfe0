package main

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// Section 1: the alphabets that bytes are written in.

const crockfordDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var lowerHex = regexp.MustCompile(`^[0-9a-f]*$`)

// strictBase64 decodes text, and refuses whatever the encoder would not have written.
func strictBase64(encoding *base64.Encoding, text string) ([]byte, bool) {
	raw, err := encoding.DecodeString(text)
	return raw, err == nil && encoding.EncodeToString(raw) == text
}

// fromB64url decodes base64url without padding.
func fromB64url(text string) ([]byte, bool) { return strictBase64(base64.RawURLEncoding, text) }

// fromB64 decodes base64 with padding.
func fromB64(text string) ([]byte, bool) { return strictBase64(base64.StdEncoding, text) }

func toB64url(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func toB64(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// isHash tells whether text is a SHA-256 in hex.
func isHash(text string) bool { return len(text) == 64 && lowerHex.MatchString(text) }

// crockford writes the first bits of raw in base32, most significant bit first, filled up with zero bits.
func crockford(raw []byte, bits int) string {
	var text strings.Builder
	for at := 0; at < bits; at += 5 {
		digit := 0
		for bit := at; bit < at+5; bit++ {
			digit <<= 1
			if bit < bits {
				digit |= int(raw[bit/8]>>(7-bit%8)) & 1
			}
		}
		text.WriteByte(crockfordDigits[digit])
	}
	return text.String()
}

// typedCrockford reads what a person typed: capitals do not matter, nor do hyphens and blanks; I and L are 1, O is 0.
func typedCrockford(text string) string {
	var plain strings.Builder
	for _, letter := range text {
		switch {
		case letter == '-' || isBlank(letter):
		case strings.ContainsRune("iIlL", letter):
			plain.WriteByte('1')
		case strings.ContainsRune("oO", letter):
			plain.WriteByte('0')
		case 'a' <= letter && letter <= 'z':
			plain.WriteRune(letter - 'a' + 'A')
		default:
			plain.WriteRune(letter)
		}
	}
	return plain.String()
}
