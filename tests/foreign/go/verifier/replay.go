package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
)

// Section 15, items 3 to 6: the entries, one after another.

// lines are what stands before each LF; what stands after the last one is a line too, and has no end.
func (a *audited) lines() [][]byte {
	log := a.files["log.jsonl"]
	if !bytes.HasSuffix(log, []byte("\n")) {
		a.find("log-end", "log.jsonl", "")
	}
	if len(log) == 0 {
		return nil
	}
	return bytes.Split(bytes.TrimSuffix(log, []byte("\n")), []byte("\n"))
}

func (a *audited) replay() {
	latest := ""
	for number, line := range a.entries {
		latest = a.replayOne(number, line, latest)
		a.tree.add(leafHash(line))
	}
}

// replayOne checks a line, and gives the latest time by then.
func (a *audited) replayOne(number int, line []byte, latest string) string {
	where := fmt.Sprintf("log.jsonl:%d", number)
	found, goodEntry := readEntry(line)
	signed, goodJWS := readJWS(found.jws)
	told, goodAct := readAct(signed.payload)
	if !goodEntry || !goodJWS || !goodAct {
		a.find("bad-entry", where, "")
		return latest
	}
	if found.seq != int64(number) {
		a.find("out-of-order", where, "")
		return latest
	}
	if found.at < latest {
		a.find("time-backwards", where, "")
	} else {
		latest = found.at
	}
	public, code := a.state.keyFor(signed.kid, told)
	if code == "" && !verify(public, []byte(signed.input), signed.signature) {
		a.find("bad-signature", where, "")
		return latest
	}
	if code == "" {
		leaf := leafHash(line)
		code = a.state.judge(told, signer{kid: signed.kid, number: number, at: found.at, leaf: hex.EncodeToString(leaf[:])})
	}
	if code != "" {
		a.find("act-refused", where, told.kind+": "+code)
	}
	return latest
}
