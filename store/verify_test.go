package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

func TestHistory_IsAppendOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		seed(t, dsn)
		db := raw(t, dsn)
		for _, query := range []string{
			"UPDATE revisions SET why = 'x'", "DELETE FROM revisions", "DELETE FROM revisions WHERE seq = 2", "UPDATE revisions SET body = NULL WHERE seq = 1",
			"UPDATE audit SET detail = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE number = 1", "UPDATE audit SET outcome = 'denied' WHERE number = 1",
		} {
			if _, err := db.Exec(query); err == nil {
				t.Errorf("%s: no error", query)
			}
		}
		if n, err := open(t, dsn, store.Options{}).Verify(context.Background(), "talks"); n != 2 || err != nil {
			t.Errorf("verified %d, %v", n, err)
		}
	})
}

// dropTriggers makes what is append-only changeable, as whoever has the file may.
func dropTriggers(t *testing.T, db *sql.DB, dsn string) {
	t.Helper()
	triggers := []string{"revisions_no_update", "revisions_no_delete", "audit_no_update", "audit_no_delete"}
	if store.IsPostgres(dsn) {
		triggers = []string{"revisions_append_only ON revisions", "audit_append_only ON audit"}
	}
	for _, name := range triggers {
		execSQL(t, db, "DROP TRIGGER "+name)
	}
}

func TestVerify_FindsWhatWasTamperedWith(t *testing.T) {
	// The seed has 2 revisions and 1 row; three deeds follow.
	const revision, row, record = "The history of", "The audit of", "is not what its history says"
	for name, test := range map[string]struct {
		change, what, where string
	}{
		"body":               {"UPDATE revisions SET body = replace(body, 'Witkoff', 'Lavrov') WHERE seq = 2", revision, "revision 2"},
		"time":               {"UPDATE revisions SET at = at - 1 WHERE seq = 1", revision, "revision 1"},
		"actor":              {"UPDATE revisions SET actor = 2 WHERE seq = 2", revision, "revision 2"},
		"missing":            {"DELETE FROM revisions WHERE seq = 2", revision, "ends at revision 1 and should at 2"},
		"head":               {"UPDATE books SET seq = 3", revision, "ends at revision 2 and should at 3"},
		"record":             {"UPDATE records SET body = replace(body, 'Witkoff', 'Lavrov') WHERE kind = 'entry'", record, "witkoff"},
		"record's end":       {"UPDATE records SET deleted = 1, body = NULL WHERE kind = 'entry'", record, "witkoff"},
		"record too many":    {"INSERT INTO records SELECT book, kind, 'lavrov', number, seq, recorded, deleted, body FROM records WHERE kind = 'entry'", record, "lavrov"},
		"record missing":     {"DELETE FROM records WHERE kind = 'entry'", record, "witkoff"},
		"row's actor":        {"UPDATE audit SET actor = 2 WHERE number = 3", row, "row 3"},
		"row's time":         {"UPDATE audit SET at = at + 1 WHERE number = 2", row, "row 2"},
		"row's via":          {"UPDATE audit SET via = 'x' WHERE number = 4", row, "row 4"},
		"row's action":       {"UPDATE audit SET action = 'x' WHERE number = 4", row, "row 4"},
		"row's outcome":      {"UPDATE audit SET outcome = 'done' WHERE number = 3", row, "row 3"},
		"row's detail":       {"UPDATE audit SET detail = replace(detail, 'editor', 'reader') WHERE number = 2", row, "row 2"},
		"row's revisions":    {"UPDATE audit SET last_seq = 1 WHERE number = 1", row, "row 1"},
		"first row missing":  {"DELETE FROM audit WHERE number = 1", row, "row 1"},
		"row missing":        {"DELETE FROM audit WHERE number = 3", row, "row 3"},
		"newest row missing": {"DELETE FROM audit WHERE number = 4", row, "ends at row 3 and should at 4"},
		"no row":             {"DELETE FROM audit", row, "ends at row 0 and should at 4"},
		"row too many":       {"INSERT INTO audit SELECT book, 5, at, actor, via, action, outcome, detail, first_seq, last_seq, chain FROM audit WHERE number = 4", row, "row 5"},
		"end of the audit":   {"UPDATE books SET audit = 3", row, "ends at row 4 and should at 3"},
		"end of its chain":   {"UPDATE books SET audit_chain = 'x'", row, "ends at row 4"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				ctx := context.Background()
				seed(t, dsn)
				s := open(t, dsn, store.Options{})
				d := briefings.Deed{Actor: someone, Action: "do", At: noon}
				other := briefings.Actor{Platform: "slack", Workspace: "T1", User: "U1"}
				for _, err := range []error{
					s.Grant(ctx, "talks", d, briefings.Grant{Platform: other.Platform, Workspace: other.Workspace, To: briefings.ToUser, ID: string(other.User), Role: briefings.Editor}),
					s.Note(ctx, "talks", d, briefings.Denied, "no"),
					s.Link(ctx, "talks", d, someone, other),
				} {
					if err != nil {
						t.Fatal(err)
					}
				}
				if n, err := s.Verify(ctx, "talks"); n != 2 || err != nil {
					t.Fatalf("verified %d, %v", n, err)
				}
				db := raw(t, dsn)
				dropTriggers(t, db, dsn)
				execSQL(t, db, test.change)
				_, err := s.Verify(ctx, "talks")
				wantSentence(t, err, briefings.ErrInvalid)
				if !strings.Contains(err.Error(), test.what) || !strings.Contains(err.Error(), test.where) {
					t.Errorf("got %v, want %s … %s", err, test.what, test.where)
				}
			})
		})
	}
}

// A person is forgotten without breaking the chains, and nothing of them stays in the
// file.
func TestErase_LeavesTheChainsWholeAndNoTrace(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		seed(t, dsn)
		s, err := store.Open(ctx, dsn, store.Options{Exclusive: true})
		if err != nil {
			t.Fatal(err)
		}
		who := briefings.Actor{Platform: "slack", Workspace: "T1", User: "UTRACEABLE4711"}
		d := briefings.Deed{Actor: who, Action: "do", Via: "#desk", At: noon, Event: "Ev1"}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err = s.Apply(ctx, "talks", briefings.Change{Actor: who, At: noon, Event: "Ev0", Edits: []briefings.Edit{{Put: person("a", "A")}}})
		must(err)
		must(s.Note(ctx, "talks", d, briefings.Denied, "no"))
		d.Event = ""
		must(s.Grant(ctx, "talks", d, briefings.Grant{Platform: who.Platform, Workspace: who.Workspace, To: briefings.ToUser, ID: string(who.User), Role: briefings.Editor}))
		must(s.Link(ctx, "talks", d, who, someone))
		_, err = s.Look(ctx, "talks", who, 2, noon)
		must(err)
		must(s.PutOffers(ctx, "talks", []briefings.Offer{{Token: briefings.NewToken(), Book: "talks", Actor: who, Expires: noon}}))
		if n := traces(t, dsn, string(who.User)); n < 3 {
			t.Fatalf("found %d traces before: the test shows nothing", n)
		}
		must(s.Erase(ctx, "talks", d, []briefings.Actor{who}))
		if n, err := s.Verify(ctx, "talks"); n != 3 || err != nil {
			t.Errorf("verified %d, %v", n, err)
		}
		must(s.Close())
		if n := traces(t, dsn, string(who.User)); n != 0 {
			t.Errorf("found %d traces of an account that is erased", n)
		}
	})
}

// traces counts where the store holds the text: in the bytes of the files, or in the rows
// of every table.
func traces(t *testing.T, dsn, text string) (n int) {
	t.Helper()
	if !store.IsPostgres(dsn) {
		files, err := filepath.Glob(dsn + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n += bytes.Count(b, []byte(text))
		}
		return n
	}
	db := raw(t, dsn)
	for _, name := range textColumn(t, db, "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()") {
		var found int
		if err := db.QueryRow("SELECT COUNT(*) FROM "+name+" AS x WHERE x::text LIKE '%' || $1 || '%'", text).Scan(&found); err != nil {
			t.Fatal(err)
		}
		n += found
	}
	return n
}
