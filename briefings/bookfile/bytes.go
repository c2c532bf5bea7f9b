package bookfile

import (
	"bytes"
	"io/fs"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// ReadBytes is Read for a file that is not on a disk, such as one that came with a
// message. name is shown with problems.
func ReadBytes(name string, data []byte, opts ReadOptions) (*briefings.Contents, error) {
	const path = "book.toml" // what people call their file is no path of ours
	return read(oneFile(data), path, func(string) string { return name }, opts)
}

// oneFile is a file system with one file, under any name.
type oneFile []byte

func (f oneFile) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return &memoryFile{bytes.NewReader(f), memoryInfo{name, int64(len(f))}}, nil
}

type memoryFile struct {
	*bytes.Reader
	info memoryInfo
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFile) Close() error               { return nil }

// memoryInfo says of a file what a reader asks for.
type memoryInfo struct {
	name string
	size int64
}

func (i memoryInfo) Name() string       { return i.name }
func (i memoryInfo) Size() int64        { return i.size }
func (i memoryInfo) Mode() fs.FileMode  { return 0o400 }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return false }
func (i memoryInfo) Sys() any           { return nil }
