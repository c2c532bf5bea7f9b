//go:build race

package main

// slow is that the race detector watches: everything then takes several times as long.
const slow = true
