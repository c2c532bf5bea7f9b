//go:build race

package delivery_test

// slow is that the race detector watches: virtual time then takes twenty times as long.
const slow = true
