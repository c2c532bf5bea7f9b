package bookfile

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// suggest returns the candidate that word was most likely meant to be, or the
// empty string where none is near.
func suggest(word string, candidates []string) string {
	w := []rune(strings.ToLower(word))
	best, least := "", 1+max(1, len(w)/3)
	for _, c := range candidates {
		if n := utf8.RuneCountInString(c) - len(w); n >= least || -n >= least {
			continue
		}
		if d := distance(w, []rune(strings.ToLower(c)), least); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the slips between two words: letters that are wrong, missing,
// too many, or swapped with their neighbour. It gives up at most.
func distance(a, b []rune, most int) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			d := last[j-1]
			if a[i-1] != b[j-1] {
				d = 1 + min(d, last[j], row[j-1])
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			row[j] = d
			least = min(least, d)
		}
		if least >= most {
			return most
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most)
}

// otherWords are what people write for a table or a key of ours.
var otherWords = map[string][]string{
	"org":         {"organisation", "organization", "company", "body", "party"},
	"person":      {"people"},
	"track":       {"topic", "negotiation", "talks", "subject"},
	"document":    {"doc"},
	"place":       {"location", "where"},
	"term":        {"glossary", "issue"},
	"status":      {"update"},
	"statement":   {"quote"},
	"party":       {"holder", "subject"},
	"speaker":     {"who", "subject"},
	"slug":        {"id", "key"},
	"id":          {"slug", "key"},
	"name":        {"title"},
	"aliases":     {"alias", "aka", "other_names", "names"},
	"affiliation": {"org", "organisation", "organization"},
	"summary":     {"description", "bio", "background"},
	"about":       {"description", "concerns", "entries"},
	"open":        {"questions"},
	"links":       {"link", "url"},
	"date":        {"when", "occurred", "time", "since"},
	"text":        {"summary", "statement", "quote", "event", "position", "status"},
	"detail":      {"details", "notes"},
	"why":         {"reason"},
	"attribution": {"according_to", "says_who", "by"},
	"zone":        {"timezone", "time_zone", "tz"},
	"freshness":   {"windows"},
}

// suggestWord is suggest for tables and keys; it also knows otherWords.
func suggestWord(word string, known []string) string {
	if s := suggest(word, known); s != "" {
		return s
	}
	for _, k := range known {
		if slices.Contains(otherWords[k], strings.ToLower(word)) {
			return k
		}
	}
	return ""
}

// suggest returns the table that a header was most likely meant to be, or nil.
func (l specList) suggest(name string) *spec {
	names := make([]string, len(l))
	for i, s := range l {
		names[i] = s.name
	}
	return l.find(suggestWord(name, names))
}

// suggest returns the key that was most likely meant, or the empty string.
func (s *spec) suggest(key string) string { return suggestWord(key, s.keys()) }

// keys lists the keys of the table in their order.
func (s *spec) keys() []string {
	keys := make([]string, len(s.fields))
	for i, f := range s.fields {
		keys[i] = f.key
	}
	return keys
}
