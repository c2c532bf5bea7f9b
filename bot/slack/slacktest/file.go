package slacktest

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// File is a file that somebody puts into a form, or that a message has.
type File struct {
	Name string
	Data []byte
}

// Where files are, and where they are put.
const (
	filePath   = "/files-pri/"
	uploadPath = "/upload/"
)

// stored is a file with the team whose it is. It is not there until it was put.
type stored struct {
	File
	team *Team
	put  bool
}

// store keeps a file, and returns its id. Callers hold mu.
func (s *Server) store(f File, t *Team, put bool) string {
	if s.files == nil {
		s.files = map[string]*stored{}
	}
	s.fileCount++
	id := fmt.Sprintf("F%010d", s.fileCount)
	s.files[id] = &stored{f, t, put}
	return id
}

// serveFile gives a file to whoever has the team's token and the scope, or takes what
// is put.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	put := strings.HasPrefix(r.URL.Path, uploadPath)
	id := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, uploadPath), filePath)
	var data []byte
	if put {
		f, _, err := r.FormFile("file")
		if err != nil {
			http.Error(w, "no file", http.StatusBadRequest)
			return
		}
		defer f.Close()
		data, _ = io.ReadAll(f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	switch t := s.teamOf(token); {
	case f == nil:
		http.NotFound(w, r)
	case put:
		f.Data, f.put = data, true
		fmt.Fprint(w, "OK")
	case t != f.team || !slices.Contains(t.scopes, "files:read"):
		http.Redirect(w, r, "https://slack.com/signin", http.StatusFound) // as Slack does
	default:
		w.Write(f.Data)
	}
}

func (c *call) uploadURL() (object, *apiError) {
	if str(c.args, "filename") == "" || str(c.args, "length") == "" {
		return nil, wrong("invalid_arguments", "a file needs a name and a length")
	}
	id := c.s.store(File{Name: str(c.args, "filename")}, c.team, false)
	return object{"upload_url": c.s.URL() + uploadPath + id, "file_id": id}, nil
}

func (c *call) completeUpload() (object, *apiError) {
	var files []any
	if err := standin.Decode([]byte(str(c.args, "files")), &files); err != nil || len(files) == 0 {
		return nil, wrong("invalid_arguments", "no files")
	}
	ch := c.s.channels[str(c.args, "channel_id")]
	if ch == nil || ch.team != c.team || !ch.has(c.team.bot) {
		return nil, fail("channel_not_found")
	}
	m := &message{author: c.team.bot}
	for _, o := range objects(files) {
		f := c.s.files[str(o, "id")]
		if f == nil || !f.put || f.team != c.team {
			return nil, fail("file_not_found")
		}
		m.files = append(m.files, f.File)
	}
	ch.post(m, nil)
	return object{"files": files}, nil
}

// Attach puts a file into an input, by its action id.
func (v *View) Attach(actionID string, f File) error {
	s := v.c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	at, err := v.surface()
	if err != nil {
		return err
	}
	block, element, err := at.element(actionID, func(kind string) bool { return kind == "file_input" })
	if err != nil {
		return err
	}
	id := s.store(f, v.c.person.team, true)
	address := s.URL() + filePath + id
	v.v.values[place(block, element)] = object{"type": "file_input", "files": []any{object{
		"id": id, "name": f.Name, "size": len(f.Data), "url_private": address, "url_private_download": address,
	}}}
	return nil
}
