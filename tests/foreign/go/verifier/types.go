package main

import (
	"encoding/base64"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Section 1, types: what the tables of members call them.

const maxInteger = 1<<53 - 1

var (
	hearingIDs  = regexp.MustCompile(`^[0-9abcdefghjkmnpqrstvwxyz]{12}$`)
	memberIDs   = regexp.MustCompile(`^m[0-9abcdefghjkmnpqrstvwxyz]{10}$`)
	localIDs    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	timeTexts   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$`)
	dateTexts   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	roles       = []string{"chair", "supervisor", "desk", "representative", "observer"}
	notInReason = regexp.MustCompile(`[\x00-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]`)
)

// weights are integers by measure.
type weights map[string]int64

// bilingual is a `text`: the same words in two languages.
type bilingual struct{ zh, en string }

func (r *reader) matching(pattern *regexp.Regexp) string {
	text := r.string()
	if !pattern.MatchString(text) {
		r.fail()
	}
	return text
}

// oneOf is one of these strings.
func (r *reader) oneOf(words ...string) string {
	text := r.string()
	for _, word := range words {
		if text == word {
			return text
		}
	}
	r.fail()
	return ""
}

// atMost is a string of so many characters.
func (r *reader) atMost(length int) string {
	text := r.string()
	if utf8.RuneCountInString(text) > length {
		r.fail()
	}
	return text
}

// octets are so many bytes in b64url.
func (r *reader) octets(length int) []byte {
	raw, ok := fromB64url(r.string())
	if !ok || len(raw) != length {
		r.fail()
		return make([]byte, length)
	}
	return raw
}

func (r *reader) hearingID() string { return r.matching(hearingIDs) }
func (r *reader) memberID() string  { return r.matching(memberIDs) }
func (r *reader) localID() string   { return r.matching(localIDs) }
func (r *reader) nonce() string     { return toB64url(r.octets(16)) }
func (r *reader) time() string      { return r.matching(timeTexts) }
func (r *reader) role() string      { return r.oneOf(roles...) }
func (r *reader) size() int64       { return r.between(1, maxInteger) }

func (r *reader) hash() string {
	text := r.string()
	if !isHash(text) {
		r.fail()
	}
	return text
}

// digest is a SHA-256 in base64 without padding.
func (r *reader) digest() string {
	text := r.string()
	if raw, good := strictBase64(base64.RawStdEncoding, text); !good || len(raw) != 32 {
		r.fail()
	}
	return text
}

// orNull is what read gives, or the empty string for null, which is none of the types above.
func (r *reader) orNull(read func() string) string {
	if r.has("null") {
		return ""
	}
	return read()
}

func (r *reader) reason() string {
	text := r.atMost(200)
	if isBlankText(text) || notInReason.MatchString(text) {
		r.fail()
	}
	return text
}

func (r *reader) weights() weights {
	found := weights{}
	r.object(func(measure string) { found[measure] = r.between(0, maxInteger) })
	return found
}

func (r *reader) text() bilingual {
	var text bilingual
	r.first("zh")
	text.zh = r.atMost(4000)
	r.next("en")
	text.en = r.atMost(4000)
	r.close()
	return text
}

// choice is the exact bytes of a string, an array of strings or an object of integers.
func (r *reader) choice() string {
	before := r.rest
	switch {
	case len(before) > 0 && before[0] == '[':
		r.array(func() { r.string() })
	case len(before) > 0 && before[0] == '{':
		r.object(func(string) { r.between(-maxInteger, maxInteger) })
	default:
		r.string()
	}
	return string(before[:len(before)-len(r.rest)])
}

func (r *reader) date() string {
	text := r.matching(dateTexts)
	if !isMoment(text + "T00:00:00.000Z") {
		r.fail()
	}
	return text
}

// isMoment tells whether such a moment exists.
func isMoment(text string) bool {
	moment, err := time.Parse("2006-01-02T15:04:05.000Z", text)
	return err == nil && moment.Year() > 0 && timeTexts.MatchString(text)
}

// isBlank is Unicode's White_Space, and U+001C to U+001F.
func isBlank(letter rune) bool { return unicode.IsSpace(letter) || 0x1c <= letter && letter <= 0x1f }

func isBlankText(text string) bool {
	return strings.IndexFunc(text, func(letter rune) bool { return !isBlank(letter) }) < 0
}
