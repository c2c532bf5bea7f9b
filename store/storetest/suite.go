package storetest

import (
	"testing"

	"github.com/briefbot/briefbot/briefings"
)

// Run tests that what open returns keeps the contract of briefings.Store. open
// is called for each test, and returns an empty store, which it closes when the
// test ends.
func Run(t *testing.T, open func(*testing.T) briefings.Store) {
	for _, group := range []struct {
		name  string
		tests []conformance
	}{
		{"Apply", applyTests},
		{"Load", loadTests},
		{"Revisions", revisionTests},
		{"Restore", restoreTests},
		{"Search", searchTests},
		{"Desk", deskTests},
		{"Offers", offerTests},
		{"Inbound", inboundTests},
		{"Audit", auditTests},
		{"Deeds", deedTests},
		{"Rights", rightsTests},
		{"Erase", eraseTests},
		{"Tenancy", tenancyTests},
		{"Concurrency", concurrencyTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.rule, func(t *testing.T) { test.run(newWorld(t, open)) })
			}
		})
	}
}

// conformance is one clause of the contract and its test.
type conformance struct {
	rule string
	run  func(*world)
}
