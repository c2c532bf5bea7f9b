package briefings

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a text query. More terms than these add nothing but work.
const (
	maxTerms     = 12
	maxTermRunes = 64
)

// TextQuery is what to look for in the words of entries and reports.
type TextQuery struct {
	// Terms are what to find: each is a word, or the words of a phrase.
	// A query without terms matches nothing.
	Terms []SearchTerm
	// Any is true where one term is enough; otherwise all must be there.
	Any bool
	// AsOf searches the text as it stood then; zero searches it as it stands.
	AsOf  time.Time
	Limit int // at most so many hits; it must be positive
}

// SearchTerm is one word, or several that follow each other. Words hold letters,
// digits and marks only, so that they mean nothing to a query language.
type SearchTerm struct {
	Words []string
	// Prefix is true where the last word may go on.
	Prefix bool
}

// Hit is a record that matches a text query.
type Hit struct {
	Ref Ref
	// Rank orders the hits of one query; greater is better.
	Rank float64
}

// ParseTextQuery reads what a person typed: words, and phrases in quotes. A
// word that ends in *, and the last of all, also finds longer words; a word
// such as 28-point is a phrase of its parts. Words such as "the" count only
// where there are no others.
func ParseTextQuery(s string) TextQuery {
	var q TextQuery
	add := func(words []string, prefix bool) {
		if len(words) > 0 && len(q.Terms) < maxTerms {
			q.Terms = append(q.Terms, SearchTerm{Words: words, Prefix: prefix})
		}
	}
	parts := splitQuotes(s)
	for i, part := range parts {
		// Odd parts stand between quotes; a last quote left open is no quote.
		if i%2 == 1 && i < len(parts)-1 {
			add(Words(part), false)
			continue
		}
		for _, field := range strings.Fields(part) {
			add(Words(field), strings.HasSuffix(field, "*"))
		}
	}
	q.Terms = dropFunctionWords(q.Terms)
	if n := len(q.Terms); n > 0 && len(q.Terms[n-1].Words) == 1 && len(parts)%2 == 1 && strings.TrimSpace(parts[len(parts)-1]) != "" {
		q.Terms[n-1].Prefix = true
	}
	return q
}

// functionWords are English words that say nothing of what a text is about.
var functionWords = strings.Fields("a about an and any are as at be been but by can could did do does for from had has have how i if in into is it its me more my not of on or our said say says should so than that the their them then there these they this to was we were what when where which who whom whose why will with would you your")

// dropFunctionWords takes the words that are in most texts out of the terms,
// unless there is nothing else, so that a question finds what it is about.
func dropFunctionWords(terms []SearchTerm) []SearchTerm {
	kept := slices.DeleteFunc(slices.Clone(terms), func(t SearchTerm) bool {
		return len(t.Words) == 1 && slices.Contains(functionWords, strings.ToLower(t.Words[0]))
	})
	if len(kept) == 0 {
		return terms
	}
	return kept
}

// splitQuotes splits s at every double quote, of whatever shape.
func splitQuotes(s string) []string {
	var parts []string
	start := 0
	for i, r := range s {
		if strings.ContainsRune("\"“”„«»", r) {
			parts = append(parts, s[start:i])
			start = i + utf8.RuneLen(r)
		}
	}
	return append(parts, s[start:])
}

// Words splits text into its words, as text search sees them.
func Words(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, w := range words {
		if r := []rune(w); len(r) > maxTermRunes {
			words[i] = string(r[:maxTermRunes])
		}
	}
	return words
}

// SearchText returns the words of a record by which text search finds it.
// Records that are not searched return the empty string.
func SearchText(r Record) string {
	var parts []string
	switch r := r.(type) {
	case *Entry:
		parts = append(parts, r.Name, strings.Join(r.Aliases, " "), r.Role, r.Summary, r.WhyNow, strings.Join(r.Open, " "))
	case *Report:
		parts = append(parts, r.Text, r.Detail, r.Why, r.Next, r.Claim.Attribution)
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}
