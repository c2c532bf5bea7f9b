// Package delivery is the scheduled half of briefbot: what is posted without being
// asked for, when, where, and once.
//
// The line is straight. The planner finds what is due, has it composed, and writes it
// into the ledger as a run with its deliveries, in one transaction. Workers claim
// deliveries, send them, and write down what became of them. Cron is the alarm; the
// ledger is the truth: whatever is killed at any point goes on from it.
//
// # One delivery
//
// A delivery is one message to one place. It moves through the states of State by
// the pure functions of transition.go; a store only writes down a move if the
// delivery is still as it was (its fence), so that of two processes one goes on. The
// rules that keep a message from being posted twice are there, and nowhere else: a
// claim is committed before a byte leaves; what is not certainly refused is unknown;
// what is unknown is looked for in the channel before it is sent again.
//
// # Everything that is posted unasked is a run
//
// Editions of digests, alerts, corrections of posted copies, status cards and notices
// to admins: each is a run, unique by what makes it (see RunKey), with the messages
// frozen as they were when it was planned.
package delivery
