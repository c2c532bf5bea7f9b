package pages

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// SafeURL returns an address as it can stand in a link, or the empty string
// where it is no http or https address. What could end the link is escaped as
// addresses do it.
func SafeURL(address string) string {
	address = Line(address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	host := strings.Index(address, u.Host) + len(u.Host) // which may have brackets of its own
	var b strings.Builder
	b.WriteString(address[:host])
	for _, r := range address[host:] {
		if unicode.IsSpace(r) || strings.ContainsRune("<>()[]{}|\\^`\"", r) {
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Host returns the host of an address, which is shown beside its words.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
