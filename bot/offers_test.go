package bot_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// patience is how long a test waits for what takes no time.
const patience = 20 * time.Second

// shop is offers over a real store with two books, and the goroutine that
// writes them.
type shop struct {
	t      *testing.T
	path   string
	store  *store.Store
	offers *bot.Offers
	log    bytes.Buffer // read only while Run is not running
	ticks  chan time.Time
	stop   func() error // ends Run and returns what it returned
}

func openShop(t *testing.T) *shop {
	t.Helper()
	return openShopAt(t, filepath.Join(t.TempDir(), "book.db"))
}

func openShopAt(t *testing.T, path string) *shop {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, id := range []briefings.BookID{"talks", "other"} {
		_, err := s.Apply(t.Context(), id, briefings.Change{At: now, Actor: presser, Edits: []briefings.Edit{{Put: &briefings.Book{ID: id, Name: string(id)}}}})
		if err != nil && !errors.Is(err, briefings.ErrConflict) {
			t.Fatal(err)
		}
	}
	h := &shop{t: t, path: path, store: s}
	h.offers = bot.NewOffers(s, slog.New(slog.NewTextHandler(&h.log, nil)))
	return h
}

// run starts Run.
func (h *shop) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	h.ticks = make(chan time.Time)
	go func() { ended <- h.offers.Run(ctx, h.ticks) }()
	h.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	h.t.Cleanup(func() { _ = h.stop() }) // what it returns is for the test to see
}

// tick gives Run a tick, and waits until it is done with it: it takes the next
// only then.
func (h *shop) tick(at time.Time) {
	h.t.Helper()
	for range 2 {
		select {
		case h.ticks <- at:
		case <-time.After(patience):
			h.t.Fatal("Run takes no tick")
		}
	}
}

// raw runs a statement past the store.
func (h *shop) raw(query string) {
	h.t.Helper()
	db := h.open()
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
}

func (h *shop) open() *sql.DB {
	h.t.Helper()
	db, err := sql.Open("sqlite", "file:"+h.path+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	if err != nil {
		h.t.Fatal(err)
	}
	return db
}

// stored returns how many offers the store holds.
func (h *shop) stored() (n int) {
	h.t.Helper()
	db := h.open()
	defer db.Close()
	if err := db.QueryRow(`SELECT COUNT(*) FROM offers`).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// find returns the offer, or fails the test.
func (h *shop) find(token string) briefings.Offer {
	h.t.Helper()
	got, err := h.offers.Find(h.t.Context(), "talks", token, now)
	if err != nil {
		h.t.Fatalf("find: %v", err)
	}
	return got
}

// gone fails the test if the book has an offer of that token.
func (h *shop) gone(book briefings.BookID, token string, at time.Time) {
	h.t.Helper()
	got, err := h.offers.Find(h.t.Context(), book, token, at)
	var sentence *briefings.Error
	if !errors.Is(err, briefings.ErrNotFound) || !errors.As(err, &sentence) || !strings.Contains(err.Error(), "no longer good") {
		h.t.Errorf("find %q in %q: %v, want a sentence", token, book, err)
	}
	if diff := cmp.Diff(briefings.Offer{}, got); diff != "" {
		h.t.Errorf("an offer that is gone still says:\n%s", diff)
	}
}

var presser = briefings.Actor{Platform: "test", Workspace: "guild", User: "reader"}

// whoWitkoff is what a button of the tests stands for.
var whoWitkoff = bot.Invocation{Command: "who", Args: []bot.Value{{Name: "name", Value: `steve "the envoy"`}, {Name: "full", Value: "true"}}}

// anOffer is an offer that nobody has made before.
func anOffer() briefings.Offer {
	return briefings.Offer{
		Book: "talks", Actor: presser, Expires: now.Add(bot.OfferLife),
		Choices: []briefings.Offered{whoWitkoff.Offered(0), whoWitkoff.Offered(3), whoWitkoff.Offered(3 + int(offersMade.Add(1)))},
	}
}

var offersMade atomic.Int64

// TestOffers_TheSameAgainIsTheSameToken: otherwise each question asked twice would
// write to the store twice.
func TestOffers_TheSameAgainIsTheSameToken(t *testing.T) {
	h := openShop(t)
	first := anOffer()
	for name, c := range map[string]struct {
		change func(*briefings.Offer)
		same   bool
	}{
		"at once":           {func(*briefings.Offer) {}, true},
		"half an hour on":   {func(o *briefings.Offer) { o.Expires = o.Expires.Add(30 * time.Minute) }, true},
		"an hour on":        {func(o *briefings.Offer) { o.Expires = o.Expires.Add(time.Hour) }, false},
		"to somebody else":  {func(o *briefings.Offer) { o.Actor.User += "2" }, false},
		"in another place":  {func(o *briefings.Offer) { o.Actor.Workspace += "2" }, false},
		"of another book":   {func(o *briefings.Offer) { o.Book += "2" }, false},
		"to all":            {func(o *briefings.Offer) { o.Shared = true }, false},
		"of something else": {func(o *briefings.Offer) { o.Choices = o.Choices[:1] }, false},
		"of another value": {func(o *briefings.Offer) {
			o.Choices = []briefings.Offered{whoWitkoff.With("name", "Putin").Offered(0), o.Choices[1]}
		}, false},
	} {
		token := h.offers.Keep(first)
		again := first
		c.change(&again)
		if got := h.offers.Keep(again); (got == token) != c.same {
			t.Errorf("%s: the token is the same: %t, want %t", name, got == token, c.same)
		}
	}
}

func TestOffers_SurviveARestart(t *testing.T) {
	h := openShop(t)
	h.run()
	want := anOffer()
	want.Token = h.offers.Keep(want)
	if diff := cmp.Diff(want, h.find(want.Token)); diff != "" {
		t.Errorf("before it is written:\n%s", diff)
	}
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	h = openShopAt(t, h.path)
	got := h.find(want.Token)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after a restart:\n%s", diff)
	}
	pressed, err := got.Press(presser, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whoWitkoff, bot.Pressed(pressed)); diff != "" || pressed.Page != 3 {
		t.Errorf("page %d of what was offered:\n%s", pressed.Page, diff)
	}
}

func TestOffers_TokensAreOpaqueAndNeverTheSame(t *testing.T) {
	h := openShop(t)
	seen := map[string]bool{}
	for range 1000 {
		token := h.offers.Keep(anOffer())
		if !briefings.IsToken(token) || seen[token] {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
	given := anOffer()
	given.Token = "chosen-by-somebody"
	if token := h.offers.Keep(given); !briefings.IsToken(token) {
		t.Errorf("a caller chose the token %q", token)
	}
}

func TestPress_IsForWhomItWasMadeUnlessShared(t *testing.T) {
	private, shared := anOffer(), anOffer()
	shared.Shared = true
	for name, other := range map[string]briefings.Actor{
		"user":      {Platform: "test", Workspace: "guild", User: "another"},
		"workspace": {Platform: "test", Workspace: "elsewhere", User: "reader"},
		"platform":  {Platform: "other", Workspace: "guild", User: "reader"},
		"nobody":    {},
	} {
		if _, err := private.Press(other, 0); !errors.Is(err, briefings.ErrDenied) {
			t.Errorf("another %s presses a private button: %v", name, err)
		}
		if _, err := shared.Press(other, 0); err != nil {
			t.Errorf("another %s presses a shared button: %v", name, err)
		}
	}
	for _, ordinal := range []int{-1, 3, 1 << 40} {
		if _, err := private.Press(presser, ordinal); !errors.Is(err, briefings.ErrNotFound) {
			t.Errorf("button %d: %v", ordinal, err)
		}
	}
}

// TestFind_RefusesWhatIsNotGood asks for each from memory and from the store.
func TestFind_RefusesWhatIsNotGood(t *testing.T) {
	h := openShop(t)
	h.run()
	token := h.offers.Keep(anOffer())
	for _, place := range []string{"memory", "the store"} {
		t.Log(place)
		h.find(token)
		h.gone("other", token, now)
		h.gone("nowhere", token, now)
		h.gone("talks", token, now.Add(bot.OfferLife))
		h.gone("talks", briefings.NewToken(), now)
		for _, bad := range []string{"", "\x00", "\xff", token[1:], token + "a", strings.ToUpper(token), token[:25] + "\x00", strings.Repeat("a", 1<<20)} {
			h.gone("talks", bad, now)
		}
		if _, err := h.offers.Find(t.Context(), "talks", token, now.Add(bot.OfferLife-time.Millisecond)); err != nil {
			t.Errorf("in its last moment: %v", err)
		}
		if err := h.stop(); err != nil {
			t.Fatal(err)
		}
		h.offers = bot.NewOffers(h.store, nil) // remembers nothing
	}
}

func TestFind_OfAStoreThatFailsIsNoWordToTheReader(t *testing.T) {
	h := openShop(t)
	h.store.Close()
	_, err := h.offers.Find(t.Context(), "talks", briefings.NewToken(), now)
	if err == nil || errors.Is(err, briefings.ErrNotFound) {
		t.Errorf("a store that is closed: %v", err)
	}
}

func TestRun_WritesAtATickAndWhenABatchIsFull(t *testing.T) {
	h := openShop(t)
	h.run()
	h.offers.Keep(anOffer())
	if n := h.stored(); n != 0 {
		t.Fatalf("%d written before the tick", n)
	}
	h.tick(now)
	if n := h.stored(); n != 1 {
		t.Fatalf("%d written at the tick", n)
	}
	for range 500 {
		h.offers.Keep(anOffer())
	}
	for deadline := time.After(patience); h.stored() < 501; {
		select {
		case <-deadline:
			t.Fatal("a full batch waits for a tick")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestRun_EndsOfTicksAreNotTheEnd(t *testing.T) {
	h := openShop(t)
	h.run()
	close(h.ticks)
	h.offers.Keep(anOffer())
	if err := h.stop(); err != nil || h.stored() != 1 {
		t.Errorf("%d written, %v", h.stored(), err)
	}
}

// blockOffers makes the engine refuse to write offers until it is undone.
const blockOffers = `CREATE TRIGGER broken BEFORE INSERT ON offers BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END`

func TestRun_KeepsWhatAFailingStoreDoesNotTake(t *testing.T) {
	h := openShop(t)
	h.raw(blockOffers)
	h.run()
	var tokens []string
	for range 600 { // more than a batch
		tokens = append(tokens, h.offers.Keep(anOffer()))
		if len(tokens)%100 == 0 {
			h.tick(now)
		}
	}
	h.find(tokens[0])
	h.raw(`DROP TRIGGER broken`)
	h.tick(now)
	if n := h.stored(); n != len(tokens) {
		t.Errorf("%d of %d were written once it was well", n, len(tokens))
	}
	h.raw(blockOffers)
	h.offers.Keep(anOffer())
	h.tick(now)
	h.raw(`DROP TRIGGER broken`)
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	log := h.log.String()
	if begins, ends := strings.Count(log, "not being written"), strings.Count(log, "written to the store again"); begins != 2 || ends != 2 || strings.Count(log, "\n") != 4 {
		t.Errorf("want a line where it begins and where it ends, twice:\n%s", log)
	}
	for _, secret := range []string{tokens[0], "steve", "guild"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log tells %q:\n%s", secret, log)
		}
	}
}

// countedStore counts what is asked of a store.
type countedStore struct {
	bot.OfferStore
	puts atomic.Int32
}

func (s *countedStore) PutOffers(ctx context.Context, book briefings.BookID, offers []briefings.Offer) error {
	s.puts.Add(1)
	return s.OfferStore.PutOffers(ctx, book, offers)
}

func TestRun_TriesAFailingStoreAtTicksAlone(t *testing.T) {
	h := openShop(t)
	counted := &countedStore{OfferStore: h.store}
	h.offers = bot.NewOffers(counted, nil)
	h.raw(blockOffers)
	h.run()
	h.offers.Keep(anOffer())
	h.tick(now)
	before := counted.puts.Load()
	for range 2000 { // four batches
		h.offers.Keep(anOffer())
	}
	h.tick(now)
	if n := counted.puts.Load() - before; n > 3 { // tick ticks twice, and does not wait for the second
		t.Errorf("%d attempts at three ticks", n)
	}
}

func TestRun_SaysWhatItCouldNotWriteAtTheEnd(t *testing.T) {
	h := openShop(t)
	h.raw(blockOffers)
	h.run()
	h.offers.Keep(anOffer())
	if err := h.stop(); err == nil || !strings.Contains(err.Error(), "the last 1 offers") {
		t.Errorf("Run: %v", err)
	}
}

// TestKeep_WaitsForNothing keeps and finds while another process has the lock
// of the store.
func TestKeep_WaitsForNothing(t *testing.T) {
	h := openShop(t)
	h.run()
	db := h.open()
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	h.offers.Keep(anOffer())
	h.ticks <- now // Run waits for the lock from here on
	kept := make(chan error, 1)
	go func() {
		var err error
		for range 1000 {
			_, e := h.offers.Find(t.Context(), "talks", h.offers.Keep(anOffer()), now)
			err = errors.Join(err, e)
		}
		kept <- err
	}()
	select {
	case err := <-kept:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it waits for the store")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	h.tick(now)
	if n := h.stored(); n != 1001 {
		t.Errorf("%d were written", n)
	}
}

func TestRun_OneBadOfferIsNotInTheWayOfTheRest(t *testing.T) {
	h := openShop(t)
	h.run()
	nowhere, nobody, other := anOffer(), anOffer(), anOffer()
	nowhere.Book, nobody.Actor.User, other.Book = "nowhere", "\x00", "other"
	h.offers.Keep(nowhere)
	h.offers.Keep(nobody)
	good, elsewhere := h.offers.Keep(anOffer()), h.offers.Keep(other)
	h.tick(now)
	if err := h.stop(); err != nil {
		t.Error(err)
	}
	if n := h.stored(); n != 2 {
		t.Errorf("%d written, want 2", n)
	}
	h.offers = bot.NewOffers(h.store, nil)
	h.find(good)
	if _, err := h.offers.Find(t.Context(), "other", elsewhere, now); err != nil {
		t.Error(err)
	}
	if log := h.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "buttons=2") {
		t.Errorf("want one line about two buttons:\n%s", log)
	}
}

func TestMemory_IsBoundedAndTheOldestGo(t *testing.T) {
	const kept = 30_000
	h := openShop(t)
	tokens := make([]string, kept)
	for i := range tokens {
		tokens[i] = h.offers.Keep(anOffer())
	}
	h.gone("talks", tokens[0], now)
	h.gone("talks", tokens[kept-10_001], now)
	for _, token := range tokens[kept-10_000:] { // pending at least
		h.find(token)
	}
	h.run()
	h.tick(now)
	if n := h.stored(); n != 10_000 {
		t.Errorf("%d were written, want the last 10,000", n)
	}
	for _, token := range tokens[kept-10_000:] {
		h.find(token)
	}
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	if log := h.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "lost=20000") {
		t.Errorf("want one line of what was lost:\n%s", log)
	}
}

func TestRun_DropsWhatHasExpiredAboutHourly(t *testing.T) {
	h := openShop(t)
	h.run()
	keep := func(n int, expires time.Time) {
		for i := range n {
			o := anOffer()
			o.Expires = expires
			if i%2 == 1 {
				o.Book = "other"
			}
			h.offers.Keep(o)
		}
	}
	stored := func(want int) {
		t.Helper()
		if n := h.stored(); n != want {
			t.Fatalf("the store holds %d offers, want %d", n, want)
		}
	}
	keep(10, now.Add(30*time.Minute))
	keep(1, now.Add(bot.OfferLife))
	h.tick(now)
	stored(11)
	h.tick(now.Add(59 * time.Minute)) // it has looked at the first tick
	stored(11)
	h.tick(now.Add(time.Hour))
	stored(1)
	// More than one sweep may take: it goes on at the next ticks.
	keep(4500, now.Add(90*time.Minute))
	h.tick(now.Add(time.Hour))
	stored(4501)
	for range 5 {
		h.tick(now.Add(3 * time.Hour))
	}
	stored(1)
	// What a run before this one has left is dropped, too.
	keep(2, now.Add(4*time.Hour))
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	h.offers = bot.NewOffers(h.store, nil)
	h.run()
	h.tick(now.Add(5 * time.Hour))
	stored(1)
}

func TestOffers_OfManyGoroutines(t *testing.T) {
	const keepers, each = 8, 500
	h := openShop(t)
	h.run()
	var all sync.WaitGroup
	var mu sync.Mutex
	var tokens []string
	for i := range keepers {
		all.Go(func() {
			for j := range each {
				o := anOffer()
				o.Choices[0].Args[0].Value = fmt.Sprint(i, j)
				token := h.offers.Keep(o)
				got, err := h.offers.Find(t.Context(), "talks", token, now)
				if err != nil || got.Choices[0].Args[0].Value != fmt.Sprint(i, j) {
					t.Errorf("keeper %d, offer %d: %+v, %v", i, j, got, err)
				}
				if j%100 == 0 {
					h.ticks <- now
					mu.Lock()
					tokens = append(tokens, token)
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	if n := h.stored(); n != keepers*each {
		t.Errorf("%d written of %d: %s", n, keepers*each, h.log.String())
	}
	h.offers = bot.NewOffers(h.store, nil)
	for _, token := range tokens {
		h.find(token)
	}
}
