package bookfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// file is one TOML file in memory.
type file struct {
	name  string // as it is shown
	data  []byte // UTF-8 without a byte order mark, lines end in \n
	lines []int  // offsets at which lines begin
}

// line returns the number of the line that holds the offset, and the column
// of the offset in bytes, both from 1.
func (f *file) line(offset int) (line, column int) {
	i := sort.SearchInts(f.lines, offset+1)
	return i, offset - f.lines[i-1] + 1
}

// gather reads the TOML files that name stands for in fsys: itself, or all
// below it, sorted by path. People see them by the names that shown gives.
// What is wrong with a file goes to problems, and the file is left out; the
// returned error is for a name that stands for nothing.
func gather(fsys fs.FS, name string, shown func(string) string, problems *Problems) ([]*file, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, oneProblem(shown(name), "There is no such file or folder. Check the path.")
	case err != nil:
		return nil, oneProblem(shown(name), "This cannot be read: %s.", reason(err))
	case !info.IsDir() && !isTOML(name):
		return nil, oneProblem(shown(name), "This is not a TOML file. Give a file whose name ends in .toml, or a folder of them.")
	case !info.IsDir() && !info.Mode().IsRegular():
		return nil, oneProblem(shown(name), "This is not a file. Give a file whose name ends in .toml, or a folder of them.")
	}
	paths := []string{name}
	if info.IsDir() {
		if paths, err = walk(fsys, name, shown, problems); err != nil {
			return nil, err
		}
		if len(paths) == 0 && len(problems.List) == 0 {
			return nil, oneProblem(shown(name), "There are no .toml files in this folder. Give the folder that holds the book.")
		}
	}
	if len(paths) > maxFiles {
		return nil, oneProblem(shown(name), "There are %d files, and a book has at most %d. Give the folder that holds the book alone.", len(paths), maxFiles)
	}
	var files []*file
	left := int64(maxBytes)
	for _, p := range paths {
		data, err := readUpTo(fsys, p, left)
		if errors.Is(err, errTooMuch) {
			return nil, oneProblem(shown(p), "With this file there are more than %d MiB, the most that a book may have. Give the folder that holds the book alone.", maxBytes>>20)
		}
		if err != nil {
			problems.add(Problem{File: shown(p), Message: fmt.Sprintf("This cannot be read: %s.", reason(err))})
			continue
		}
		left -= int64(len(data))
		f, problem := newFile(shown(p), data)
		if problem != nil {
			problems.add(*problem)
			continue
		}
		files = append(files, f)
	}
	return files, nil
}

// walk lists the TOML files below a folder. Hidden files and folders are passed
// over. Links are not followed; a link to a TOML file is a problem, since it
// was surely meant to be read.
func walk(fsys fs.FS, name string, shown func(string) string, problems *Problems) ([]string, error) {
	var paths []string
	err := fs.WalkDir(fsys, name, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && p == name:
			return err
		case err != nil:
			problems.add(Problem{File: shown(p), Message: fmt.Sprintf("This cannot be read: %s.", reason(err))})
			return nil
		case p != name && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && isTOML(p):
			if d.Type().IsRegular() {
				paths = append(paths, p)
			} else {
				problems.add(Problem{File: shown(p), Message: "This is a link or another special file, and such are not followed. Put the file itself here, or delete this."})
			}
		}
		return nil
	})
	if err != nil {
		return nil, oneProblem(shown(name), "This cannot be read: %s.", reason(err))
	}
	slices.Sort(paths)
	return paths, nil
}

func isTOML(p string) bool { return strings.EqualFold(path.Ext(p), ".toml") }

// reason cuts an error of the file system to what is wrong, without the path.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return err.Error()
}

var errTooMuch = errors.New("more than may be read")

// readUpTo reads a whole file, or returns errTooMuch.
func readUpTo(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = errTooMuch
	}
	return data, err
}

// newFile takes data as the text of a file, or says why it is none.
func newFile(name string, data []byte) (*file, *Problem) {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, &Problem{File: name, Line: 1, Message: "This file is saved as UTF-16. Save it as UTF-8."}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if !utf8.Valid(data) {
		line := 1 + bytes.Count(data[:firstInvalid(data)], []byte("\n"))
		return nil, &Problem{File: name, Line: line, Message: "This is not UTF-8 text. Save the file as UTF-8."}
	}
	f := &file{name: name, data: data, lines: []int{0}}
	for i, c := range data {
		if c == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f, nil
}

// firstInvalid returns the offset of the first byte that is not UTF-8.
func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}
