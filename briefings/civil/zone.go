package civil

import (
	"strings"
	"time"
	"unicode"
)

// regions are those of the IANA names, in the order in which a bare city is looked for.
var regions = []string{"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "America/Argentina", "America/Indiana", "Antarctica", "Arctic"}

// Zone returns the zone of an IANA name, such as Europe/Dublin. The error is ErrInvalid
// with a sentence, which suggests a name where a city was meant.
func Zone(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "" || strings.EqualFold(name, "local"):
		return nil, invalid("Say in which time zone, by its IANA name, such as Europe/Dublin.")
	case len(name) > 64:
		return nil, invalid("That is no time zone. Write its IANA name, such as Europe/Dublin.")
	}
	if zone, err := time.LoadLocation(name); err == nil {
		return zone, nil
	}
	if near := nearZone(name); near != "" {
		return nil, invalid("%q is no IANA time zone. Did you mean %s?", name, near)
	}
	return nil, invalid("%q is no IANA time zone. Write one such as Europe/Dublin, America/New_York or UTC.", name)
}

// nearZone returns the name that somebody may have meant, or "".
func nearZone(name string) string {
	city := name[strings.LastIndexByte(name, '/')+1:]
	city = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(city)), " ", "_")
	var b strings.Builder
	first := true
	for _, r := range city {
		if first {
			r = unicode.ToUpper(r)
		}
		first = r == '_' || r == '-'
		b.WriteRune(r)
	}
	for _, candidate := range append([]string{strings.ToUpper(name)}, regions...) {
		if candidate != strings.ToUpper(name) {
			candidate += "/" + b.String()
		}
		if zone, err := time.LoadLocation(candidate); err == nil {
			return zone.String()
		}
	}
	return ""
}
