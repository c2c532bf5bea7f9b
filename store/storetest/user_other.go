//go:build !unix

package storetest

import "os/exec"

// runAsOther has nothing to do where there is no root.
func runAsOther(*exec.Cmd, string) error { return errNoPostgres }
