// Package names finds things by what people call them: folding, the name
// index, and completion. It knows keys and names, and nothing of books.
//
// A name is looked up in tiers, which are the values of [How]: the whole name,
// another name, the beginning or the words of a name, a description, and a
// near spelling. [Index.Exact] is the first two and costs one look into a
// table; [Index.Lookup] is all of them.
//
// What is decided here, and what would break without it:
//
//   - Names are compared folded (see [Fold]); other spellings are met by the
//     neutral key of a word, in which romanisations are alike (neutral.go).
//     Without it one noisy query in fourteen finds the wrong thing.
//   - Nearness is a weighted distance: what people and romanisations mix up
//     costs less than what they don't (distance.go). Candidates come from an
//     index by symmetric deletion (fuzzy.go), so that 100,000 names take well
//     under a millisecond.
//   - Similarity says nothing of weight, and ranking adds only a little of it:
//     enough that "Trunp" is the president and not his son. Without it
//     one query in twelve goes wrong.
//   - A title, a country or a small word counts only where it fits; and only
//     before a name: "president Zelensky" is a name, "Putin adviser" is not
//     (query.go).
//   - A match that is not clearly ahead is offered, not answered ([Winner]).
//   - An index never changes. An edit makes a small segment beside the large
//     one (index.go).
//
// Where a script is not in our own tables, go-unidecode puts it in Latin
// letters; scripts that write no vowels are then met by their consonants.
//
// The tables under tables/ are general: nothing in this package knows a person.
package names
