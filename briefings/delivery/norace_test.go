//go:build !race

package delivery_test

const slow = false
