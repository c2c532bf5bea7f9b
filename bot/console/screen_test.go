package console_test

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// screen returns the lines that a terminal of so many columns shows after it
// has been sent b, with what has scrolled away. It knows the sequences that a
// line editor sends, and shows any other as ␛.
func screen(b []byte, columns int) []string {
	rows, x, y := [][]string{nil}, 0, 0
	put := func(s string, width int) {
		if x+width > columns {
			x, y = 0, y+1
		}
		for len(rows) <= y {
			rows = append(rows, nil)
		}
		for len(rows[y]) < x+max(width, 1) {
			rows[y] = append(rows[y], " ")
		}
		switch width {
		case 0:
			rows[y][max(x-1, 0)] += s
		case 2:
			rows[y][x+1] = ""
			fallthrough
		default:
			rows[y][x] = s
		}
		x += width
	}
	for len(b) > 0 {
		switch b[0] {
		case '\r':
			x, b = 0, b[1:]
		case '\n':
			y, b = y+1, b[1:]
		case 0x1b:
			end := 2
			for end < len(b) && (b[end] < '@' || b[end] > '~') {
				end++
			}
			if end >= len(b) || b[1] != '[' {
				put("␛", 1)
				b = b[1:]
				continue
			}
			n, err := strconv.Atoi(string(b[2:end]))
			if err != nil {
				n = 1
			}
			switch b[end] {
			case 'A':
				y = max(0, y-n)
			case 'B':
				y += n
			case 'C':
				x = min(x+n, columns-1)
			case 'D':
				x = max(0, min(x, columns-1)-n)
			case 'K':
				if y < len(rows) && x < len(rows[y]) {
					rows[y] = rows[y][:x]
				}
			case 'm', 'h', 'l':
			default:
				put("␛", 1)
			}
			b = b[end+1:]
		default:
			r, n := utf8.DecodeRune(b)
			put(string(r), uniseg.StringWidth(string(r)))
			b = b[n:]
		}
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = strings.TrimRight(strings.Join(row, ""), " ")
	}
	return lines
}
