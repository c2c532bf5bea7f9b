package main

import "golang.org/x/sys/windows"

func statDisk(dir string) (disk, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return disk{}, err
	}
	var d disk
	err = windows.GetDiskFreeSpaceEx(name, &d.free, nil, nil)
	return d, err
}
