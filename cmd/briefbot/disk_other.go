//go:build !linux && !darwin && !freebsd && !windows

package main

import "errors"

func statDisk(string) (disk, error) { return disk{}, errors.ErrUnsupported }
