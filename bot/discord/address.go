package discord

import (
	"net/url"
	"strings"
)

// safeURL returns an address as it can stand in a link, or the empty string
// where it is no http or https address. What could end the link is escaped as
// addresses do it.
func safeURL(address string) string {
	address = cleanLine(address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	var b strings.Builder
	for _, r := range address {
		switch {
		case strings.ContainsRune("<>()[]{}|\\^`\" ", r):
			b.WriteString(percent(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// percent writes an ASCII character as %XX.
func percent(r rune) string {
	const hex = "0123456789ABCDEF"
	return string([]byte{'%', hex[r>>4], hex[r&15]})
}

// hostOf returns the host of an address, which is shown beside its words.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
