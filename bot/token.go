package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one word of a line, or several in quotes.
type token struct {
	key    string // what stands before the first colon, if it could be a name
	text   string // what follows it, or all
	quoted bool   // text stood in quotes
}

// whole returns the token as text.
func (t token) whole() string {
	if t.key != "" {
		return t.key + ":" + t.text
	}
	return t.text
}

// tokenize splits a line at white space that is not in quotes. A quote that is
// never closed is read as if it were closed at the end.
func tokenize(s string) []token {
	var tokens []token
	for {
		s = strings.TrimLeftFunc(s, isSpace)
		if s == "" {
			return tokens
		}
		var t token
		if i := strings.IndexByte(s, ':'); i > 0 && isKey(s[:i]) {
			t.key, s = strings.ToLower(strings.ReplaceAll(s[:i], "-", "_")), s[i+1:]
		}
		if r, n := utf8.DecodeRuneInString(s); quoteClose(r) != 0 {
			t.text, s = unquote(s[n:], r)
			t.quoted = true
		} else {
			end := strings.IndexFunc(s, isSpace)
			if end < 0 {
				end = len(s)
			}
			t.text, s = s[:end], s[end:]
		}
		tokens = append(tokens, t)
	}
}

// isKey reports whether s may be the name of an argument.
func isKey(s string) bool {
	for i := 0; i < len(s); i++ {
		if b := s[i] | 0x20; (b < 'a' || b > 'z') && s[i] != '_' && s[i] != '-' {
			return false
		}
	}
	return true
}

// quoteClose returns the quotes that may close the one given, or 0 where it
// opens none. An apostrophe opens none: it is part of names.
func quoteClose(open rune) rune {
	switch open {
	case '"', '“', '”', '„', '‟':
		return '"' // any of the double quotes: phones mix them
	case '«':
		return '»'
	case '»':
		return '«'
	default:
		return 0
	}
}

// unquote returns what stands before the closing quote, and what after it.
// A backslash takes the next character as it is.
func unquote(s string, open rune) (text, rest string) {
	closing := quoteClose(open)
	var b strings.Builder
	escaped := false
	for i, r := range s {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == closing || closing == '"' && quoteClose(r) == '"':
			return b.String(), s[i+utf8.RuneLen(r):]
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), ""
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }
