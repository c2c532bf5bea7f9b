package main

import (
	"fmt"
	"path/filepath"

	"github.com/briefbot/briefbot/bot"
)

// enoughSpace is what a database should have to grow into, in bytes: years of a
// busy book, and a backup beside it.
const enoughSpace = 64 << 20

// disk is what a system says of the file system that holds a folder.
type disk struct {
	free    uint64 // bytes that this user may still write
	network string // the kind of network file system it is; empty for none, or where the system does not say
}

// examineDisk looks at the folder of a database file.
func examineDisk(path string) []bot.Finding {
	dir := filepath.Dir(path)
	d, err := statDisk(dir)
	if err != nil { // a folder that is not there is a finding of its own
		return []bot.Finding{{Level: bot.Notice, Subject: "Disk", Message: fmt.Sprintf("How much space is left for the database could not be found out: %v.", err)}}
	}
	space := bot.Finding{Level: bot.Good, Subject: "Disk", Message: fmt.Sprintf("%d MiB are free in %s.", d.free>>20, dir)}
	if d.free < enoughSpace {
		space.Level = bot.Problem
		space.Message = fmt.Sprintf("Only %d MiB are free in %s.", d.free>>20, dir)
		space.Fix = fmt.Sprintf("Free some space: with less than %d MiB, changes may soon be refused.", enoughSpace>>20)
	}
	findings := []bot.Finding{space}
	if d.network != "" {
		findings = append(findings, bot.Finding{Level: bot.Notice, Subject: "Disk", Message: fmt.Sprintf("The database is on a network file system (%s), where locks may not hold and the file can be damaged.", d.network),
			Fix: "Move it to a disk of this machine, or use PostgreSQL."})
	}
	return findings
}
