package names

import (
	"slices"
	"strings"
)

// fit is how a query fits a name of an item.
type fit struct {
	similarity float64
	how        How
	name       uint32
}

// score looks closely at an item.
func (l *lookup) score(q *query, at int, item uint32) (ranked, bool) {
	s := l.segments[at]
	role := s.roleFit(q, at, item)
	best := fit{name: s.nameStart[item]}
	for name := s.nameStart[item]; name < s.nameStart[item+1]; name++ {
		if f := s.nameFit(q, at, name, role); f.similarity > best.similarity {
			best = f
		}
	}
	if best.similarity == 0 || s.nameStart[item] == s.nameStart[item+1] {
		return ranked{}, false
	}
	it := &s.items[item]
	return ranked{
		Match: Match{
			Key: it.Key, Name: it.Names[best.name-s.nameStart[item]],
			How: best.how, Similarity: best.similarity, Weight: it.Weight,
		},
		order: s.order[item],
	}, true
}

// place is a word of a name as the query meets it.
type place struct {
	start  int // in the name
	end    int
	weight float32 // how much of the name it is
	taken  bool
}

// nameFit says how q fits a name, some words of it perhaps the role.
func (s *segment) nameFit(q *query, at int, name uint32, role roleFit) fit {
	text := s.name(name)
	var placeBuf [maxPlaces]place
	places := appendPlaces(placeBuf[:0], text)
	var sims [maxQueryWords]float32 // what each word was found worth
	var exact, byPrefix, initial [maxQueryWords]bool
	matchedLast := false
	entries := s.nameTerms[s.nameTermStart[name]:s.nameTermStart[name+1]]
	lastWord := len(q.words) - 1
	for range q.words {
		// The best pair of a word and a place that are both free.
		bestWord, bestPlace, bestSim, bestPrefix := -1, 0, float32(0), false
		for i := range q.words {
			w := &q.words[i]
			if sims[i] > 0 {
				continue
			}
			for _, e := range entries {
				p := int(e >> termBits)
				if p != placeOfAll && (p >= len(places) || places[p].taken) {
					continue
				}
				if sim := similarityOf(w.found[at], e&termMask); sim > bestSim {
					bestWord, bestPlace, bestSim, bestPrefix = i, p, sim, false
				}
			}
			for p := range places {
				if places[p].taken {
					continue
				}
				part := text[places[p].start:places[p].end]
				sim, prefix := beginningSimilarity(w.text, part, i == lastWord)
				if sim > bestSim {
					bestWord, bestPlace, bestSim, bestPrefix = i, p, sim, prefix
				}
			}
		}
		if bestWord < 0 {
			break
		}
		sims[bestWord] = bestSim
		exact[bestWord] = bestSim == 1
		byPrefix[bestWord] = bestPrefix
		initial[bestWord] = bestPlace < len(places) && places[bestPlace].end-places[bestPlace].start == 1 && bestSim < 1
		if bestPlace == placeOfAll {
			for p := range places {
				if wordKinds[text[places[p].start:places[p].end]]&suffixWord == 0 {
					places[p].taken = true
				}
			}
			exact[bestWord] = true
			matchedLast = true
			continue
		}
		places[bestPlace].taken = true
	}
	s.spreadInitials(q, text, places, &sims)
	if n := len(places); n > 0 && !places[n-1].taken {
		for i := range q.words {
			if initial[i] {
				sims[i] = 0 // "George Wallace" is not George W. Bush
			}
		}
	}
	return s.judge(q, name, places, sims[:len(q.words)], exact[:], byPrefix[:], matchedLast, role)
}

// similarityOf returns how like a word is to a term, of those found.
func similarityOf(found []candidate, term uint32) float32 {
	for _, c := range found {
		if c.term == term {
			return c.similarity
		}
	}
	return 0
}

// appendPlaces takes a folded name apart.
func appendPlaces(places []place, text string) []place {
	for from := 0; from < len(text) && len(places) < maxPlaces; {
		end := strings.IndexByte(text[from:], ' ')
		if end < 0 {
			end = len(text)
		} else {
			end += from
		}
		weight := float32(1)
		switch kind := wordKinds[text[from:end]]; {
		case kind&(articleWord|stopWord) != 0:
			weight = 0.2
		case kind&suffixWord != 0:
			weight = 0.4
		}
		places = append(places, place{start: from, end: end, weight: weight})
		from = end + 1
	}
	return places
}

// beginningSimilarity is how well a word fits a place of which it is the
// beginning: an initial anywhere, more of it as the last word typed.
func beginningSimilarity(w, part string, last bool) (sim float32, prefix bool) {
	switch {
	case len(part) == 1 && len(w) > 1 && w[0] == part[0]:
		return 0.85, false // the name has the initial
	case len(w) >= len(part) || !strings.HasPrefix(part, w) || isDigit(w[0]):
		return 0, false
	case len(w) == 1:
		return 0.9, false
	case !last || len(w) < 2:
		return 0, false
	}
	sim = float32(prefixSimilarity(len(w), len(part)))
	if len(w) < 4 {
		sim = min(sim, partly)
	}
	return sim, true
}

// spreadInitials fits words of two or three letters to as many free places
// running: RT is Recep Tayyip.
func (s *segment) spreadInitials(q *query, text string, places []place, sims *[maxQueryWords]float32) {
	if len(q.words) < 2 {
		return
	}
	for i := range q.words {
		w := q.words[i].text
		if sims[i] >= 0.8 || len(w) < 2 || len(w) > 3 {
			continue
		}
		for p := 0; p+len(w) <= len(places); p++ {
			ok := true
			for k := range len(w) {
				ok = ok && !places[p+k].taken && text[places[p+k].start] == w[k]
			}
			if ok {
				sims[i] = 0.9
				for k := range len(w) {
					places[p+k].taken = true
				}
				break
			}
		}
	}
}

// likely is the similarity from which a word is taken for a misspelling where
// another word of the name is right.
const likely = 0.75

// worth is what a similarity of words is worth in a name: an unlike word is
// worth nothing, not a little.
func worth(similarity float32) float32 {
	const good = 0.82
	if similarity >= good {
		return similarity
	}
	return max(0, good*(similarity-0.6)/(good-0.6))
}

// judge weighs what was found of each word.
func (s *segment) judge(q *query, name uint32, places []place, sims []float32, exact, byPrefix []bool, wholeMatched bool, role roleFit) fit {
	var all, got float32      // of the words, and of those that were found
	var named, heavy, had int // words found in the name; words that count; those found
	usedRole, allExact, usedPrefix := false, true, false
	rare := true
	sure := slices.ContainsFunc(sims, func(sim float32) bool { return sim >= sameNickname })
	for i, sim := range sims {
		w := &q.words[i]
		value, byRole := worth(sim), false
		if byPrefix[i] || sure && sim >= likely {
			value = sim // unfinished, or borne out by another word
		}
		if r := role.words[i]; r > value {
			value, byRole = r, true
		}
		weight := w.rarity
		if len(w.text) == 1 {
			weight = min(weight, 1.5) // an initial says little
		}
		if w.light && value < 0.5 {
			weight *= 0.1
		}
		all += weight
		got += weight * value
		if w.light && value < 0.5 {
			continue
		}
		heavy++
		if value < 0.5 {
			continue
		}
		had++
		switch {
		case byRole:
			usedRole = usedRole || !w.light
		default:
			named++
			allExact = allExact && exact[i]
			usedPrefix = usedPrefix || byPrefix[i]
			rare = rare && w.having <= 1
		}
	}
	if had == 0 || all == 0 {
		return fit{}
	}
	f := fit{name: name, similarity: float64(got / all)}
	var size, covered float32
	lastCovered := false
	for _, p := range places {
		size += p.weight
		if p.taken {
			covered += p.weight
		}
		if p.weight == 1 {
			lastCovered = p.taken
		}
	}
	missing := 0.0
	if size > 0 {
		missing = float64(1 - covered/size)
	}
	switch {
	case had < heavy:
		f.how = Near
		f.similarity = min(partly, pow75(f.similarity))
		return f
	case usedRole:
		return role.fit(f, named)
	}
	if lastCovered || wholeMatched {
		f.similarity *= 1 - 0.05*missing
	} else {
		f.similarity *= 1 - 0.08*missing
		if named == 1 && !rare {
			f.similarity = min(f.similarity, partly) // a given name of several
		}
	}
	f.similarity = min(f.similarity, 0.98)
	switch {
	case usedPrefix || allExact && strings.HasPrefix(s.name(name), q.folded):
		f.how = Prefix
	case allExact:
		f.how = Token
	default:
		f.how = Near
	}
	return f
}
