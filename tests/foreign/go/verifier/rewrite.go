package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// Section 14, the archive's bytes: the one way to write it.

// numbers writes little-endian integers of the types they have.
func numbers(out *bytes.Buffer, all ...any) {
	for _, one := range all {
		binary.Write(out, binary.LittleEndian, one)
	}
}

// writeArchive writes files in the order they have.
func writeArchive(files []file) []byte {
	var out, central bytes.Buffer
	for _, one := range files {
		offset := uint32(out.Len())
		var shared bytes.Buffer
		numbers(&shared, uint16(20), uint16(0), uint16(0), uint16(0), uint16(33), crc32.ChecksumIEEE(one.data),
			uint32(len(one.data)), uint32(len(one.data)), uint16(len(one.name)), uint16(0))
		out.WriteString(localTag)
		out.Write(shared.Bytes())
		out.WriteString(one.name)
		out.Write(one.data)
		central.WriteString(centralTag)
		numbers(&central, uint16(20))
		central.Write(shared.Bytes())
		numbers(&central, uint16(0), uint16(0), uint16(0), uint32(0), offset)
		central.WriteString(one.name)
	}
	count, size, offset := len(files), central.Len(), out.Len()
	out.Write(central.Bytes())
	if count >= manyFiles {
		farRecord := out.Len()
		out.WriteString(farEnd)
		numbers(&out, uint64(44), uint16(20), uint16(20), uint32(0), uint32(0),
			uint64(count), uint64(count), uint64(size), uint64(offset))
		out.WriteString(locator)
		numbers(&out, uint32(0), uint64(farRecord), uint32(1))
		count = manyFiles
	}
	out.WriteString(endOfZip)
	numbers(&out, uint16(0), uint16(0), uint16(count), uint16(count), uint32(size), uint32(offset), uint16(0))
	return out.Bytes()
}
