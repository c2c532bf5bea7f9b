package store

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// selection is the SQL of a query whose conditions depend on what is asked for.
type selection struct {
	text strings.Builder
	args []any
}

// selectFrom begins a query whose first argument is the book.
func selectFrom(text string, book briefings.BookID) *selection {
	q := &selection{args: []any{string(book)}}
	q.text.WriteString(text)
	return q
}

// where adds a condition that ends with its argument.
func (q *selection) where(condition string, arg any) {
	q.args = append(q.args, arg)
	fmt.Fprintf(&q.text, " AND %s $%d", condition, len(q.args))
}

// among adds a condition that the columns are one of some rows of text, and ends
// with what follows them. The list is filled up to a power of two with its last row:
// the pool keeps every text of a statement prepared, so there must be few.
func (q *selection) among(columns string, rows [][]string, end string) {
	n := 1
	for n < len(rows) {
		n *= 2
	}
	fmt.Fprintf(&q.text, " AND %s IN (VALUES ", columns)
	for i := range n {
		row := rows[min(i, len(rows)-1)]
		marks := make([]string, len(row))
		for j, s := range row {
			q.args = append(q.args, cleanText(s))
			marks[j] = fmt.Sprintf("$%d", len(q.args))
		}
		if i > 0 {
			q.text.WriteString(", ")
		}
		fmt.Fprintf(&q.text, "(%s)", strings.Join(marks, ", "))
	}
	q.text.WriteString(")" + end)
}

// ofActors restricts a query to the rows of a table that these actors made; key counts
// them. What they made is picked by the index of actors before the query puts it in its
// order: SQLite would rather walk the whole book in that order.
func (q *selection) ofActors(table, alias, key string, actors []briefings.Actor) {
	if len(actors) == 0 {
		return
	}
	rows := make([][]string, len(actors))
	for i, a := range actors {
		rows[i] = []string{string(a.Platform), string(a.Workspace), string(a.User)}
	}
	fmt.Fprintf(&q.text, " AND %s.%s IN (SELECT %[2]s FROM %[3]s WHERE book = $1 AND actor IN (SELECT number FROM actors WHERE book = $1", alias, key, table)
	q.among("(platform, workspace, user_id)", rows, "))")
}

// order ends the query. A limit of 0 is none.
func (q *selection) order(by string, limit int) {
	q.text.WriteString(" ORDER BY " + by)
	if limit > 0 {
		q.args = append(q.args, limit)
		fmt.Fprintf(&q.text, " LIMIT $%d", len(q.args))
	}
}
