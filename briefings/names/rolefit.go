package names

import (
	"math"
	"math/bits"
)

// roleWorth is what a word found in a role is worth, where it might have been
// found in a name.
const roleWorth = 0.95

// How a description fits.
const (
	fitsPrimary = 0.93 // all its words are in one clause of the first role
	fitsSpread  = 0.81 // they are in several, or in names too
	notMain     = 0.10 // off where it lacks the main word: the envoy in "special envoy"
	other       = 0.12 // off where the role is former, or deputy, and the query does not say so
	closeness   = 0.03 // added as it says all of the clause
)

// roleFit is what of a query an item's roles have.
type roleFit struct {
	words [maxQueryWords]float32 // by word, what it is worth
	base  float64                // the similarity if all words are in the roles
}

// roleFit looks for the terms of q in the roles of an item.
func (s *segment) roleFit(q *query, at int, item uint32) (r roleFit) {
	text := s.roles.text[s.roles.textStart[item]:s.roles.textStart[item+1]]
	if len(text) == 0 || len(q.terms) == 0 {
		return r
	}
	all := uint32(1)<<len(q.terms) - 1
	has, most := uint32(0), 0
	for start := 0; start < len(text); {
		end := start + 1
		for end < len(text) && text[end]&startsHere == 0 {
			end++
		}
		clause := clauseFit(q, at, text[start:end])
		has |= clause.has
		similarity := fitsSpread
		if clause.has == all && clause.primary {
			similarity = fitsPrimary
		}
		// The clause that has most of the query says how well it fits.
		if n := bits.OnesCount32(clause.has); n >= most && n > 0 {
			similarity += closeness*clause.said - clause.off
			if n > most || similarity > r.base {
				r.base = similarity
			}
			most = n
		}
		start = end
	}
	for i := range q.words {
		found, terms := 0, 0
		for k, t := range q.terms {
			if t.words&(1<<i) != 0 {
				terms++
				if has&(1<<k) != 0 {
					found++
				}
			}
		}
		if terms > 0 && found == terms {
			r.words[i] = roleWorth
		}
	}
	return r
}

// clause is what of a query a clause of a role has.
type clause struct {
	has     uint32 // the terms, one bit each
	primary bool
	off     float64
	said    float64 // how much of the clause the query says
}

func clauseFit(q *query, at int, text []uint32) (c clause) {
	said := 0
	mainSaid := true
	for _, e := range text {
		c.primary = c.primary || e&inPrimary != 0
		hit := false
		for k, t := range q.terms {
			if t.ids[at] == int(e&termMask) {
				c.has |= 1 << k
				hit = true
			}
		}
		switch {
		case hit:
			said++
		case e&isMain != 0:
			mainSaid = false
		case e&isModifier != 0:
			c.off = other
		}
	}
	if !mainSaid {
		c.off += notMain
	}
	c.said = float64(said) / float64(len(text))
	return c
}

// fit returns the fit of a name where the role was needed; named is how many
// words the name itself has.
func (r roleFit) fit(f fit, named int) fit {
	f.how = Role
	base := r.base
	if named > 0 {
		base = min(base, fitsSpread)
	}
	f.similarity = base * math.Min(1, f.similarity/roleWorth)
	return f
}

// pow75 is s to the power of three quarters.
func pow75(s float64) float64 { return math.Sqrt(s * math.Sqrt(s)) }
