package main

// Section 12: comments, erasure and minutes.

const maxComments = 20

type postComment struct{ item, text string }

type hideComment struct{ comment, reason string }

type eraseBlob struct{ blob, reason string }

type publishMinutes struct{ minutes string }

func (c postComment) apply(s *state, by signer) string {
	if _, found := s.items[c.item]; !found {
		return "unknown-item"
	}
	if s.named[c.text] != "" {
		return "blob-in-use"
	}
	count := 0
	for _, one := range s.comments {
		if one.by == by.seat && one.item == c.item {
			count++
		}
	}
	if count >= maxComments {
		return "too-many"
	}
	s.comments[by.leaf] = &comment{blob: c.text, item: c.item, by: by.seat}
	s.named[c.text] = "comment"
	return ""
}

func (h hideComment) apply(s *state, _ signer) string {
	one := s.comments[h.comment]
	switch {
	case one == nil:
		return "unknown-comment"
	case one.hidden:
		return "already-hidden"
	}
	one.hidden = true
	return ""
}

func (e eraseBlob) apply(s *state, _ signer) string {
	var found *comment
	for _, one := range s.comments {
		if one.blob == e.blob {
			found = one
		}
	}
	switch {
	case found == nil:
		return "unknown-comment"
	case !found.hidden:
		return "not-hidden"
	case s.erased[e.blob]:
		return "already-erased"
	}
	s.erased[e.blob] = true
	return ""
}

func (m publishMinutes) apply(s *state, by signer) string {
	if s.named[m.minutes] != "" {
		return "blob-in-use"
	}
	s.named[m.minutes] = "minutes"
	s.stand(by)
	return ""
}
