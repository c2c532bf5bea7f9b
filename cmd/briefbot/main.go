// Command briefbot keeps a briefing book and answers questions about it.
//
// This package wires the others together and is the only one that reads the
// environment or the clock: everything below takes what it needs as arguments.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // zones must not depend on what the machine has installed
)

func main() { program(machine()) }

// machine is what the program gets from a real one.
func machine() system {
	return system{
		getenv: os.Getenv,
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		now:    time.Now,
		zone:   time.Local,
	}
}

// program runs, and ends the process.
func program(sys system) {
	// The first signal ends the work in good order; a second ends the process.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], sys)
	stop()
	os.Exit(exitCode(err))
}
