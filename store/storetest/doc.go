// Package storetest tests implementations of briefings.Store.
//
// Run is the conformance suite: each clause of the interface's contract is a
// subtest with its name. Postgres starts a throwaway PostgreSQL for the tests
// of one process. Both are for tests of other packages too.
package storetest
