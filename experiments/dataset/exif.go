package dataset

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// orientation returns the EXIF orientation of a JPEG file, 1 to 8, or 1 if it has none: tag 0x0112 of the first EXIF
// directory (CIPA DC-008, "Exchangeable image file format for digital still cameras", sections 4.5.4 and 4.6.5).
func orientation(jpeg []byte) int {
	exif := exifOf(jpeg)
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(exif[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return 1
	}
	const entry, tag, short = 12, 0x0112, 3
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < entry {
			return 1
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); 1 <= o && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[entry:]
	}
	return 1
}

// exifOf returns the TIFF structure in a JPEG file's segment APP1, or nil.
func exifOf(jpeg []byte) []byte {
	const app1, scan, head = 0xe1, 0xda, 4
	if !bytes.HasPrefix(jpeg, []byte{0xff, 0xd8}) {
		return nil
	}
	rest := jpeg[2:]
	for len(rest) > head && rest[0] == 0xff && rest[1] != scan {
		size := 2 + int(binary.BigEndian.Uint16(rest[2:])) // the length does not include the marker
		if size < head || size > len(rest) {
			return nil
		}
		if exif, ok := bytes.CutPrefix(rest[head:size], []byte("Exif\x00\x00")); ok && rest[1] == app1 {
			return exif
		}
		rest = rest[size:]
	}
	return nil
}

// upright turns and mirrors a picture whose corner is (0, 0), according to its orientation; empty makes a picture of the same kind.
func upright(picture draw.Image, orientation int, empty func(image.Rectangle) draw.Image) draw.Image {
	w, h := picture.Bounds().Dx(), picture.Bounds().Dy()
	from := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[orientation]
	if from == nil {
		return picture
	}
	size := image.Pt(w, h)
	if orientation > 4 {
		size = image.Pt(h, w)
	}
	turned := empty(image.Rectangle{Max: size})
	for y := range turned.Bounds().Dy() {
		for x := range turned.Bounds().Dx() {
			turned.Set(x, y, picture.At(from(x, y)))
		}
	}
	return turned
}
