package main

import (
	"bytes"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Section 1, canonical JSON: there is one spelling, so reading it is matching it.

// reader reads one spelling only. Once something does not fit, bad stays true and everything reads as empty.
type reader struct {
	rest []byte
	bad  bool
}

var (
	integerSpelling = regexp.MustCompile(`^(0|-?[1-9][0-9]*)`)
	shortEscapes    = map[byte]rune{'"': '"', '\\': '\\', 'b': '\b', 't': '\t', 'n': '\n', 'f': '\f', 'r': '\r'}
	longEscape      = regexp.MustCompile(`^u00[01][0-9a-f]`)
)

func (r *reader) fail() { r.rest, r.bad = nil, true }

// ended tells whether everything was read, and fitted.
func (r *reader) ended() bool { return !r.bad && len(r.rest) == 0 }

// has skips these characters if they come next.
func (r *reader) has(text string) bool {
	found := bytes.HasPrefix(r.rest, []byte(text))
	if found {
		r.rest = r.rest[len(text):]
	}
	return found
}

// literal is what must come next.
func (r *reader) literal(text string) {
	if !r.has(text) {
		r.fail()
	}
}

// first begins an object with the member of this name.
func (r *reader) first(name string) { r.literal(`{"` + name + `":`) }

// next goes on to the member of this name.
func (r *reader) next(name string) { r.literal(`,"` + name + `":`) }

// more goes on to the member of this name, if it is there.
func (r *reader) more(name string) bool { return r.has(`,"` + name + `":`) }

func (r *reader) close() { r.literal("}") }

// list reads what stands between open and end, separated by commas.
func (r *reader) list(open, end string, one func()) {
	r.literal(open)
	for count := 0; !r.bad && !r.has(end); count++ {
		if count > 0 {
			r.literal(",")
		}
		one()
	}
}

func (r *reader) array(one func()) { r.list("[", "]", one) }

// object reads members of any names, each at most once.
func (r *reader) object(one func(name string)) {
	seen := map[string]bool{}
	r.list("{", "}", func() {
		name := r.string()
		if seen[name] {
			r.fail()
		}
		seen[name] = true
		r.literal(":")
		one(name)
	})
}

func (r *reader) integer() *big.Int {
	digits := integerSpelling.Find(r.rest)
	if digits == nil {
		r.fail()
		return new(big.Int)
	}
	r.rest = r.rest[len(digits):]
	number, _ := new(big.Int).SetString(string(digits), 10)
	return number
}

// between is an integer from low to high.
func (r *reader) between(low, high int64) int64 {
	number := r.integer()
	if number.Cmp(big.NewInt(low)) < 0 || number.Cmp(big.NewInt(high)) > 0 {
		r.fail()
		return low
	}
	return number.Int64()
}

func (r *reader) boolean() bool {
	if r.has("true") {
		return true
	}
	r.literal("false")
	return false
}

func (r *reader) string() string {
	r.literal(`"`)
	var text strings.Builder
	for !r.has(`"`) {
		if len(r.rest) == 0 || r.rest[0] < 0x20 {
			r.fail()
			return ""
		}
		if r.has(`\`) {
			text.WriteRune(r.escape())
			continue
		}
		letter, width := utf8.DecodeRune(r.rest)
		if letter == utf8.RuneError && width == 1 {
			r.fail()
			return ""
		}
		text.Write(r.rest[:width])
		r.rest = r.rest[width:]
	}
	return text.String()
}

func (r *reader) escape() rune {
	if len(r.rest) > 0 {
		if letter, short := shortEscapes[r.rest[0]]; short {
			r.rest = r.rest[1:]
			return letter
		}
	}
	if digits := longEscape.Find(r.rest); digits != nil {
		var letter rune
		fmt.Sscanf(string(digits[1:]), "%04x", &letter)
		if quoted(string(letter)) == `"\`+string(digits)+`"` {
			r.rest = r.rest[len(digits):]
			return letter
		}
	}
	r.fail()
	return 0
}

// quoted writes a string.
func quoted(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, letter := range text {
		switch {
		case letter == '"' || letter == '\\':
			out.WriteByte('\\')
			out.WriteRune(letter)
		case letter >= 0x20:
			out.WriteRune(letter)
		default:
			out.WriteString(escaped(letter))
		}
	}
	out.WriteByte('"')
	return out.String()
}

func escaped(letter rune) string {
	if short := strings.IndexRune("\b\t\n\f\r", letter); short >= 0 {
		return `\` + "btnfr"[short:short+1]
	}
	return fmt.Sprintf(`\u%04x`, letter)
}
