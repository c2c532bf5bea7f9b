package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// noSource is what an editor writes for a report that nobody has published. It must
// be written: what has no source by mistake looks the same afterwards.
const noSource = "unsourced"

// sources returns the sources that a value names: addresses, names or ids, parted by
// semicolons. An address that the book does not have becomes a source of the change
// (see newSources).
func (c *Call) sources(value string) ([]briefings.SourceID, error) {
	var ids []briefings.SourceID
	list := splitSources(value)
	if len(list) == 1 && strings.EqualFold(list[0], noSource) {
		return nil, nil
	}
	for _, s := range list {
		if strings.EqualFold(s, noSource) {
			return nil, briefings.Errorf(briefings.ErrInvalid, "What has a source is not %s. Write one or the other.", noSource)
		}
		id, err := c.source(s)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// sourceMark parts sources: a semicolon may also be in an address.
var sourceMark = regexp.MustCompile(`;\s+|;\s*$|\n`)

// splitSources parts what stands between semicolons, or on lines of its own.
func splitSources(value string) []string {
	var list []string
	for _, s := range sourceMark.Split(strings.ReplaceAll(value, ";http", "; http"), -1) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

func (c *Call) source(s string) (briefings.SourceID, error) {
	if strings.Contains(s, "://") {
		return c.sourceAt(s)
	}
	if c.Now.Source(briefings.SourceID(s)) != nil || slices.ContainsFunc(c.newSources, func(src *briefings.Source) bool { return string(src.ID) == s }) {
		return briefings.SourceID(s), nil
	}
	folded := names.Fold(s)
	var found, exact []*briefings.Source
	for _, src := range c.Now.Contents().Sources {
		switch name := names.Fold(src.Name); {
		case name == folded:
			exact = append(exact, src)
		case folded != "" && strings.Contains(name, folded):
			found = append(found, src)
		}
	}
	if len(exact) > 0 {
		found = exact
	}
	switch {
	case len(found) == 1:
		return found[0].ID, nil
	case len(found) > 1:
		return "", briefings.Errorf(briefings.ErrInvalid, "Several sources are called something like %q. Give the address.", clip(s))
	default:
		return "", briefings.Errorf(briefings.ErrInvalid, "The book has no source %q. Give its address, with https://, or write %s.", clip(s), noSource)
	}
}

// sourceAt returns the source of an address, which it makes where the book has none.
func (c *Call) sourceAt(address string) (briefings.SourceID, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", briefings.Errorf(briefings.ErrInvalid, "%q is not a web address. Write it whole, with https://.", clip(address))
	}
	for _, list := range [][]*briefings.Source{c.Now.Contents().Sources, c.newSources} {
		for _, src := range list {
			if src.URL == address || src.Archive == address {
				return src.ID, nil
			}
		}
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	sum := sha256.Sum256([]byte(address))
	id := briefings.MintSlug(host)
	if id == "" {
		id = "source"
	}
	src := &briefings.Source{ID: briefings.SourceID(id[:min(len(id), 40)] + "-" + hex.EncodeToString(sum[:4])), Name: host, URL: address}
	if c.Now.Source(src.ID) == nil {
		c.newSources = append(c.newSources, src)
	}
	return src.ID, nil
}

// cited are the edits that bring in the sources which a record names and the book does
// not have. They come before the record.
func (c *Call) cited(r briefings.Record) []briefings.Edit {
	var edits []briefings.Edit
	claim := briefings.ClaimOf(r)
	for _, src := range c.newSources {
		named := func(e briefings.Edit) bool { return e.Put.Ref() == src.Ref() }
		if claim != nil && slices.Contains(claim.Sources, src.ID) && c.Now.Source(src.ID) == nil && !slices.ContainsFunc(edits, named) {
			edits = append(edits, briefings.Edit{Put: src})
		}
	}
	return edits
}
