package main

import "testing"

// Section 18 in numbers: texts hashed, keys of seeds, proofs, ballots.
func TestSecret(t *testing.T) {
	var file struct {
		Hashes []struct{ Text, H string }
		Keys   []struct{ Seed, Sign, Decrypt, Verify, Encrypt string }
		Proofs []struct {
			Said, Why     string
			Bases, Powers []string
			Proof         proofVector
			Valid         bool
		}
		Choices []struct {
			Said, Y, Alpha, Beta, Why string
			Numbers                   []int64
			Proofs                    []proofVector
			Valid                     bool
		}
		Ballots []struct {
			Election, Phi, Ballot, Hash, Number, Why string
			Valid                                    bool
		}
	}
	load(t, "secret.json", &file)
	for _, one := range file.Hashes {
		if hashed(one.Text).String() != one.H {
			t.Errorf("H(%s) is another", one.Text)
		}
	}
	for _, one := range file.Keys {
		sign, decrypt := hashed("sk|"+one.Seed), hashed("dk|"+one.Seed)
		if sign.String() != one.Sign || power(generator, sign).String() != one.Verify ||
			decrypt.String() != one.Decrypt || power(generator, decrypt).String() != one.Encrypt {
			t.Errorf("the seed %s has other keys", one.Seed)
		}
	}
	proofs, choices, ballots := &agree{t: t}, &agree{t: t}, &agree{t: t}
	for _, one := range file.Proofs {
		var claims []known
		for i, base := range one.Bases {
			claims = append(claims, known{element(base), element(one.Powers[i])})
		}
		proofs.on("proof", one.Why, proof{one.Proof.Challenge, one.Proof.Response}.knows(one.Said, claims...), one.Valid)
	}
	for _, one := range file.Choices {
		var claims []holds
		var parts []proof
		for i, number := range one.Numbers {
			claims = append(claims, holds{ciphertext{element(one.Alpha), element(one.Beta)}, number})
			parts = append(parts, proof{one.Proofs[i].Challenge, one.Proofs[i].Response})
		}
		choices.on("one among several", one.Why, oneHolds(one.Said, element(one.Y), claims, parts), one.Valid)
	}
	sheets := []sheet{
		{lines: make([]bilingual, 2), least: 1, most: 1},
		{lines: make([]bilingual, 3), least: 1, most: 2, blank: true},
	}
	for _, one := range file.Ballots {
		read := readEncrypted([]byte(one.Ballot))
		if read == nil {
			t.Fatalf("%s: not the form of a ballot", one.Why)
		}
		if digestOf([]byte(one.Election)) != one.Phi || read.hash != one.Phi ||
			digestOf([]byte(one.Ballot)) != one.Number {
			t.Errorf("%s: another hash", one.Why)
		}
		good := digestOf(read.body) == one.Hash && read.signedHash == one.Hash &&
			read.isGood(sheets, element(file.Choices[0].Y))
		ballots.on("ballot", one.Why, good, one.Valid)
	}
	proofs.both()
	choices.both()
	ballots.both()
}

// proofVector is a proof as the vectors write it.
type proofVector struct{ Challenge, Response string }
