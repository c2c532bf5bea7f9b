package store

import (
	"context"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// chained is a stored revision with its place in the book.
type chained struct {
	row
	seq         int64
	actorNumber int64
	chain       string
}

// readRevisions returns up to limit stored revisions after seq.
func readRevisions(ctx context.Context, t *txn, book string, seq int64, limit int) ([]chained, error) {
	rows, err := t.query(ctx, `SELECT seq, kind, id, number, at, recorded, actor, via, why, body, chain FROM revisions
WHERE book = $1 AND seq > $2 ORDER BY seq LIMIT $3`, book, seq, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []chained
	for rows.Next() {
		var c chained
		if err := rows.Scan(&c.seq, &c.ref.Kind, &c.ref.ID, &c.number, &c.at, &c.recorded, &c.actorNumber, &c.via, &c.why, &c.body, &c.chain); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// Verify reads the whole history of a book, and its audit, and returns an error that
// names the first revision or row that is not what was written, or that is missing. It
// returns nil where all is well, and how many revisions it read.
func (s *Store) Verify(ctx context.Context, book briefings.BookID) (n int64, err error) {
	err = s.read(ctx, "verify "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		if n, err = verifyHistory(ctx, t, b); err != nil {
			return err
		}
		if err := verifyRecords(ctx, t, b); err != nil {
			return err
		}
		return verifyAudit(ctx, t, b)
	})
	if err != nil {
		return n, fmt.Errorf("verify: %w", err)
	}
	return n, nil
}

func verifyHistory(ctx context.Context, t *txn, b *bookRow) (n int64, err error) {
	chain := ""
	for {
		batch, err := readRevisions(ctx, t, b.id, n, revisionBatch)
		if err != nil {
			return n, err
		}
		for _, v := range batch {
			chain = link(chain, v.seq, v.actorNumber, v.row)
			if v.seq != n+1 || v.chain != chain {
				return n, briefings.Errorf(briefings.ErrInvalid, "The history of %q is not as it was written: revision %d does not follow from what is before it. Compare it with a backup.", b.id, n+1)
			}
			n++
		}
		if len(batch) == 0 {
			break
		}
	}
	if n != b.seq || chain != b.chain {
		return n, briefings.Errorf(briefings.ErrInvalid, "The history of %q is not as it was written: it ends at revision %d and should at %d. Compare it with a backup.", b.id, n, b.seq)
	}
	return n, nil
}

// verifyRecords compares what answers are made from, the newest of each record, with
// the history.
func verifyRecords(ctx context.Context, t *txn, b *bookRow) error {
	wrong, err := textColumn(ctx, t, `SELECT COALESCE(r.id, v.id) FROM
(SELECT kind, id, MAX(number) AS number FROM revisions WHERE book = $1 GROUP BY kind, id) n
JOIN revisions v ON v.book = $1 AND v.kind = n.kind AND v.id = n.id AND v.number = n.number
LEFT JOIN records r ON r.book = $1 AND r.kind = n.kind AND r.id = n.id
WHERE r.id IS NULL OR r.number <> v.number OR r.seq <> v.seq OR r.recorded <> v.recorded
  OR COALESCE(r.body, '') <> COALESCE(v.body, '') OR (r.deleted <> 0) <> (v.body IS NULL)
UNION SELECT r.id FROM records r WHERE r.book = $1
  AND NOT EXISTS (SELECT 1 FROM revisions v WHERE v.book = $1 AND v.kind = r.kind AND v.id = r.id)
ORDER BY 1 LIMIT 1`, b.id)
	switch {
	case err != nil:
		return err
	case len(wrong) > 0:
		return briefings.Errorf(briefings.ErrInvalid, "What %q says of %q is not what its history says. Compare it with a backup.", b.id, wrong[0])
	}
	return nil
}

func verifyAudit(ctx context.Context, t *txn, b *bookRow) error {
	n, chain := int64(0), ""
	for {
		batch, err := readAudit(ctx, t, b.id, n, revisionBatch)
		if err != nil {
			return err
		}
		for _, r := range batch {
			chain = linkAudit(chain, r)
			if r.number != n+1 || r.chain != chain {
				return briefings.Errorf(briefings.ErrInvalid, "The audit of %q is not as it was written: row %d does not follow from what is before it. Compare it with a backup.", b.id, n+1)
			}
			n++
		}
		if len(batch) == 0 {
			break
		}
	}
	if n != b.audit || chain != b.auditChain {
		return briefings.Errorf(briefings.ErrInvalid, "The audit of %q is not as it was written: it ends at row %d and should at %d. Compare it with a backup.", b.id, n, b.audit)
	}
	return nil
}
