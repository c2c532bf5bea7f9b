//go:build darwin || freebsd

package main

import "golang.org/x/sys/unix"

func statDisk(dir string) (disk, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return disk{}, err
	}
	d := disk{}
	if s.Bavail > 0 { // FreeBSD counts below zero what only root may use
		d.free = uint64(s.Bavail) * uint64(s.Bsize)
	}
	if s.Flags&unix.MNT_LOCAL == 0 {
		d.network = unix.ByteSliceToString(fileSystemName(&s))
	}
	return d, nil
}

func fileSystemName(s *unix.Statfs_t) []byte {
	name := make([]byte, len(s.Fstypename))
	for i, c := range s.Fstypename {
		name[i] = byte(c)
	}
	return name
}
