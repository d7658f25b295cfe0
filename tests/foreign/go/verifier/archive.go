package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"sort"
)

// Section 14: reading an archive, whoever wrote it.

const (
	maxBundle  = 1 << 31
	manyFiles  = 0xffff
	farAway    = 0xffffffff
	endLength  = 22
	farLength  = 20
	endOfZip   = "PK\x05\x06"
	locator    = "PK\x06\x07"
	farEnd     = "PK\x06\x06"
	centralTag = "PK\x01\x02"
	localTag   = "PK\x03\x04"
)

var errNoArchive = errors.New("this is no ZIP archive")

type file struct {
	name string
	data []byte
}

func u16(raw []byte) int { return int(binary.LittleEndian.Uint16(raw)) }
func u32(raw []byte) int { return int(binary.LittleEndian.Uint32(raw)) }

// part gives so many bytes from a place, or nothing if they are not all there.
func part(raw []byte, at, length int) []byte {
	if at < 0 || length < 0 || at > len(raw) || length > len(raw)-at {
		return nil
	}
	return raw[at : at+length]
}

// readArchive lists the files as the central headers do.
func readArchive(raw []byte) ([]file, error) {
	end := bytes.LastIndex(raw, []byte(endOfZip))
	record := part(raw, end, endLength)
	if end < 0 || record == nil {
		return nil, errNoArchive
	}
	count, at := u16(record[10:]), u32(record[16:])
	if far := part(raw, end-farLength, farLength); count == manyFiles && bytes.HasPrefix(far, []byte(locator)) {
		record = part(raw, int(binary.LittleEndian.Uint64(far[8:])), 56)
		if !bytes.HasPrefix(record, []byte(farEnd)) {
			return nil, errNoArchive
		}
		count, at = int(binary.LittleEndian.Uint64(record[32:])), int(binary.LittleEndian.Uint64(record[48:]))
	}
	var files []file
	total := 0
	for ; count > 0; count-- {
		header := part(raw, at, 46)
		if !bytes.HasPrefix(header, []byte(centralTag)) {
			return nil, errNoArchive
		}
		name := part(raw, at+46, u16(header[28:]))
		data, err := readFile(raw, header, maxBundle-total)
		if name == nil || err != nil {
			return nil, errNoArchive
		}
		total += len(data)
		files = append(files, file{string(name), data})
		at += 46 + u16(header[28:]) + u16(header[30:]) + u16(header[32:])
	}
	return files, nil
}

// readFile gives the bytes that a central header is about.
func readFile(raw, header []byte, limit int) ([]byte, error) {
	at := u32(header[42:])
	local := part(raw, at, 30)
	if !bytes.HasPrefix(local, []byte(localTag)) {
		return nil, errNoArchive
	}
	data := part(raw, at+30+u16(local[26:])+u16(local[28:]), u32(header[20:]))
	if data == nil || len(data) > limit {
		return nil, errNoArchive
	}
	switch u16(header[10:]) {
	case 0:
		return data, nil
	case 8:
		plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), int64(limit)+1))
		if err == nil && len(plain) > limit {
			err = errNoArchive
		}
		return plain, err
	}
	return nil, errNoArchive
}

// byName puts files in the order of their names' bytes.
func byName(files []file) []file {
	sorted := append([]file{}, files...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].name < sorted[j].name })
	return sorted
}
