package store

import (
	"context"
	"fmt"
	"strings"
)

// How many rows go into one statement. A trip to PostgreSQL costs more than a row. For
// SQLite a trip is nothing, and its driver looks for the name of each placeholder among
// all of them.
const (
	maxRows       = 64
	maxRowsSQLite = 16
)

// batches hands rows to f, a power of two at a time: the pool keeps every text of a
// statement prepared, so there must be few.
func (t *txn) batches(rows [][]any, f func(rows [][]any) error) error {
	size := maxRows
	if t.pool.prepare {
		size = maxRowsSQLite
	}
	for len(rows) > 0 {
		if size > len(rows) {
			size /= 2
			continue
		}
		if err := f(rows[:size]); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

// valuesOf returns the placeholders of rows after those that are used, as ($3, $4),
// ($5, $6), and their arguments. The types of the columns are needed where the rows are
// not inserted as they are: PostgreSQL takes them from the first row.
func valuesOf(used int, rows [][]any, types ...string) (string, []any) {
	var b strings.Builder
	args := make([]any, 0, len(rows)*len(rows[0]))
	for i, row := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j, v := range row {
			if j > 0 {
				b.WriteString(", ")
			}
			args = append(args, v)
			if i == 0 && len(types) > 0 {
				fmt.Fprintf(&b, "CAST($%d AS %s)", used+len(args), types[j])
			} else {
				fmt.Fprintf(&b, "$%d", used+len(args))
			}
		}
		b.WriteByte(')')
	}
	return b.String(), args
}

// insert adds rows to a table. end is what follows their values; it may return a text.
func (t *txn) insert(ctx context.Context, into string, rows [][]any, end string) (returned []string, err error) {
	err = t.batches(rows, func(rows [][]any) error {
		values, args := valuesOf(0, rows)
		list, err := textColumn(ctx, t, "INSERT INTO "+into+" VALUES "+values+end, args...)
		returned = append(returned, list...)
		return err
	})
	return returned, err
}
