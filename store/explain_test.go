package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings/delivery"
)

// What the engine asks for at every turn is answered from an index that holds little
// else, without sorting.
func TestLedger_QueriesGoByTheirIndexes(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "book.db"), Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	query := func(q delivery.DeliveryQuery) (string, []any) {
		picked, err := deliveryQuery(ctx, &history{book: &bookRow{id: "b"}}, q)
		if err != nil {
			t.Fatal(err)
		}
		return picked.text.String(), picked.args
	}
	type plan struct {
		text string
		args []any
		want string
	}
	of := func(q delivery.DeliveryQuery, want string) plan {
		text, args := query(q)
		return plan{text, args, want}
	}
	now := time.UnixMilli(1)
	values, args := valuesOf(0, [][]any{moveRow(delivery.Move{}, 0), moveRow(delivery.Move{}, 0)}, moveTypes...)
	for name, p := range map[string]plan{
		"work":           {workQuery, []any{"b", "slack", 0, 1, 10}, "SEARCH d USING INDEX deliveries_wake (book=? AND platform=? AND claimed=? AND wake<?)"},
		"next work":      {`SELECT MIN(wake) FROM deliveries WHERE book = $1 AND platform = $2 AND claimed = $3 AND wake IS NOT NULL`, []any{"b", "slack", 0}, "SEARCH deliveries USING COVERING INDEX deliveries_wake (book=? AND platform=? AND claimed=?"},
		"due":            {selectSchedules + ` AND next_due > 0 AND next_due <= $2 AND state <> 'deleted' ORDER BY next_due, id LIMIT $3`, []any{"b", 1, 10}, "SEARCH schedules USING INDEX schedules_due (book=? AND next_due>? AND next_due<?)"},
		"newest":         of(delivery.DeliveryQuery{Limit: 20}, "SEARCH d USING INDEX deliveries_moved (book=?)"),
		"dead":           of(delivery.DeliveryQuery{States: []delivery.State{delivery.Dead}, Since: now}, "SEARCH d USING INDEX deliveries_dead (book=? AND moved>?)"),
		"open":           of(delivery.DeliveryQuery{Source: "s", States: []delivery.State{delivery.Pending, delivery.Sending}}, "SEARCH d USING INDEX deliveries_open (book=? AND source=? AND wake>?)"),
		"of a run":       of(delivery.DeliveryQuery{Run: &delivery.RunKey{Source: "s", Slot: "1"}}, "SEARCH d USING INDEX deliveries_run (book=? AND source=? AND slot=?)"),
		"sent of a run":  of(delivery.DeliveryQuery{Run: &delivery.RunKey{Source: "s", Slot: "1"}, States: []delivery.State{delivery.Sent}}, "SEARCH d USING INDEX deliveries_run (book=? AND source=? AND slot=?)"),
		"by id":          of(delivery.DeliveryQuery{IDs: []delivery.ID{"x"}}, "SEARCH d USING INDEX sqlite_autoindex_deliveries_1 (book=? AND id=?)"),
		"move":           {fmt.Sprintf(moveQuery, values, len(args)+1), append(args, "b"), "SEARCH deliveries USING INDEX sqlite_autoindex_deliveries_1 (book=? AND id=?)"},
		"sweep":          {sweepQuery, []any{"b", 1, 2, 0}, "SEARCH d USING INDEX deliveries_unsure (book=? AND last_sent>? AND last_sent<?)"},
		"carriers":       {carrierQuery, []any{"b", "entry", "a"}, "SEARCH d USING INDEX deliveries_message (book=? AND message=?)"},
		"part behind":    {behindQuery, []any{1, 2, "b", "root", 1}, "SEARCH deliveries USING INDEX deliveries_behind (book=? AND root=?"},
		"last sent":      {fmt.Sprintf(lastSentQuery, ""), []any{"b", "s"}, "SEARCH runs USING INDEX runs_source (book=? AND source=?)"},
		"slots to yield": {openSlots, []any{"b", "s"}, "deliveries_open (book=? AND source=? AND wake>?)"},
	} {
		t.Run(name, func(t *testing.T) {
			var steps []string
			err := s.write(ctx, "explain", func(tx *txn) error {
				return scan(ctx, tx, "EXPLAIN QUERY PLAN "+p.text, p.args, func(row scanner) error {
					var id, parent, unused int
					var step string
					err := row.Scan(&id, &parent, &unused, &step)
					steps = append(steps, step)
					return err
				})
			})
			got := strings.Join(steps, "\n")
			if err != nil || !strings.Contains(got, p.want) {
				t.Errorf("%v: want %s in\n%s", err, p.want, got)
			}
			sorts := strings.Contains(got, "TEMP B-TREE FOR ORDER BY")
			if few := name == "of a run" || name == "sent of a run" || name == "by id" || name == "open" || name == "sweep" || name == "carriers" || name == "last sent"; sorts && !few {
				t.Errorf("it sorts:\n%s", got)
			}
		})
	}
}
