package pages_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

func TestSet_ALinkHasItsHostOrIsNone(t *testing.T) {
	for _, c := range []struct {
		words, url string
		want       pages.Stretch
	}{
		{"the\nstory", "https://a.example/x", pages.Stretch{Style: pages.Link, Text: "the story", URL: "https://a.example/x", Host: "a.example"}},
		{"https://a.example/x", "https://a.example/x", pages.Stretch{Style: pages.Link, URL: "https://a.example/x", Host: "a.example"}},
		{"", "https://a.example/x", pages.Stretch{Style: pages.Link, URL: "https://a.example/x", Host: "a.example"}},
		{"the story", "https://a.example/x y", pages.Stretch{Style: pages.Link, Text: "the story", URL: "https://a.example/x%20y", Host: "a.example"}},
		{"the story", "javascript:alert(1)", pages.Stretch{Text: "the story"}},
		{"the story", "https:///x", pages.Stretch{Text: "the story"}},
	} {
		list := pages.Set(&bot.Card{Lead: []bot.Text{bot.T("").Link(c.words, c.url)}}, pages.Options{Room: 500, Size: length})
		if diff := cmp.Diff([]pages.Stretch{c.want}, list[0].Blocks[0].Text, cmp.Comparer(func(a, b briefings.Moment) bool { return a == b })); diff != "" {
			t.Errorf("%q to %q (-want +got):\n%s", c.words, c.url, diff)
		}
	}
}

func TestSafeURL_WhatCouldEndALinkIsEscaped(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/x":              "https://a.example/x",
		" https://a.example/(x)[y]<z>|a b": "https://a.example/%28x%29%5By%5D%3Cz%3E%7Ca%20b",
		"https://a.example/x\u3000y":       "https://a.example/x%E3%80%80y",
		"http://[::1]:8080/x":              "http://[::1]:8080/x",
		"ftp://a.example/x":                "",
		"a.example/x":                      "",
		"https://a.example/%zz":            "",
	} {
		if got := pages.SafeURL(address); got != want {
			t.Errorf("SafeURL(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestClip_CutsNoCharacter(t *testing.T) {
	for _, c := range []struct {
		s    string
		most int
		want string
	}{
		{"short", 5, "short"},
		{"some words", 8, "some…"},
		{"👍🏽👍🏽👍🏽", 12, "👍🏽👍🏽👍🏽"},
		{"👍🏽👍🏽👍🏽", 11, "👍🏽👍🏽…"},
		{"abcdef", 1, "…"},
	} {
		if got := pages.Clip(c.s, c.most); got != c.want || pages.Units(got) > c.most {
			t.Errorf("Clip(%q, %d) = %q, want %q", c.s, c.most, got, c.want)
		}
	}
}

// TestMasks_WordsThatLookLikeAnotherAddress: they must not hide where a link leads.
func TestMasks_WordsThatLookLikeAnotherAddress(t *testing.T) {
	for words, want := range map[string]bool{
		"The Daily": false, "the story on daily.example": false, "": false, "v1.2": true, "e.g.": false, "a@daily.example": false,
		"daily.example": false, "Daily.Example": false, "www.daily.example": false,
		"bank.example": true, "bank.example/login": true, "https://bank.example": true, "https://daily.example": true,
	} {
		if got := (pages.Stretch{Style: pages.Link, Text: words, URL: "https://www.daily.example/story", Host: "www.daily.example"}).Masks(); got != want {
			t.Errorf("%q masks: %t, want %t", words, got, want)
		}
	}
}
