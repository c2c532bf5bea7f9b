package bookfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// outFile is one file to be written.
type outFile struct {
	name string
	data []byte
}

// folder is a set of files that takes the place of an earlier one.
type folder struct {
	files []outFile
	// names are all files that such a set may have; those of an earlier set
	// that this one does not have are deleted.
	names []string
	// mark is what every file of an earlier set begins with.
	mark string
}

// tempPattern names the files that are not whole yet. They are hidden, so
// that Read passes over what a crash may leave.
const tempPattern = ".briefbot-*.tmp"

// replace writes the files into dir, which it makes if need be. All are
// written out before the first takes its name; each then takes it at once.
func (f *folder) replace(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	old, err := f.earlier(dir)
	if err != nil {
		return err
	}
	temps := make([]string, len(f.files))
	defer func() {
		for _, t := range temps {
			if t != "" {
				_ = os.Remove(t) // it is only there if something failed before
			}
		}
	}()
	for i, out := range f.files {
		if temps[i], err = writeTemp(dir, out.data); err != nil {
			return fmt.Errorf("export %s: %w", out.name, err)
		}
	}
	for i, out := range f.files {
		if err := os.Rename(temps[i], filepath.Join(dir, out.name)); err != nil {
			return fmt.Errorf("export %s: %w", out.name, err)
		}
		temps[i] = ""
	}
	for _, name := range old {
		if slices.ContainsFunc(f.files, func(out outFile) bool { return out.name == name }) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return syncFolder(dir)
}

// earlier returns the files of an earlier set in dir, and refuses where there
// is anything else. Hidden files are nobody's concern, but for what a crash
// left half written, which it counts among the earlier.
func (f *folder) earlier(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	var old []string
	for _, e := range entries {
		name := e.Name()
		left, _ := filepath.Match(tempPattern, name)
		switch {
		case left && e.Type().IsRegular():
		case strings.HasPrefix(name, "."):
			continue
		case !slices.Contains(f.names, name) || !e.Type().IsRegular():
			return nil, briefings.Errorf(briefings.ErrConflict, "%s holds %q, which no export has written. Name a new or empty folder.", dir, name)
		default:
			if err := checkMark(filepath.Join(dir, name), f.mark); err != nil {
				return nil, err
			}
		}
		old = append(old, name)
	}
	return old, nil
}

// replaceFile writes one file, at once, in place of an earlier export.
func replaceFile(path string, data []byte, mark string) error {
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("export: %w", err)
	case !info.Mode().IsRegular():
		return briefings.Errorf(briefings.ErrConflict, "%s is there and is not a file. Name a new one.", path)
	default:
		if err := checkMark(path, mark); err != nil {
			return err
		}
	}
	dir := filepath.Dir(path)
	temp, err := writeTemp(dir, data)
	if err != nil {
		return fmt.Errorf("export %s: %w", path, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(fmt.Errorf("export %s: %w", path, err), os.Remove(temp))
	}
	return syncFolder(dir)
}

// checkMark refuses to replace a file that does not begin as an export does.
func checkMark(path, mark string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer file.Close()
	head := make([]byte, len(mark))
	if _, err := io.ReadFull(file, head); err != nil || string(head) != mark {
		return briefings.Errorf(briefings.ErrConflict, "%s was not written by an export, and would be lost. Name a new place, or move it away.", path)
	}
	return nil
}

// writeTemp writes a hidden file into dir, through to the disk.
func writeTemp(dir string, data []byte) (string, error) {
	file, err := os.CreateTemp(dir, tempPattern)
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// syncFolder makes new names last. Systems that cannot sync a folder do
// without.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer d.Close()
	_ = d.Sync() // not every system has it
	return nil
}
