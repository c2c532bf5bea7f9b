package discordtest

import (
	"fmt"
	"net/http"
	"strings"
)

// File is a file that somebody gives with a command, or that a message has.
type File struct {
	Name string
	Data []byte
}

// cdnPath is where the files are that people have given.
const cdnPath = "/cdn/attachments/"

// give keeps a file, and returns it as an interaction has it. Callers hold mu.
func (s *Server) give(f File) object {
	if s.given == nil {
		s.given = map[string]File{}
	}
	id := s.newID()
	s.given[id] = f
	address := s.URL() + cdnPath + id + "/" + f.Name
	return object{"id": id, "filename": f.Name, "size": len(f.Data), "url": address, "proxy_url": address, "content_type": "text/plain", "ephemeral": true}
}

// cdn serves a file. It wants no token, and must get none.
func (s *Server) cdn(w http.ResponseWriter, r *http.Request) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, cdnPath), "/")
	s.mu.Lock()
	f, ok := s.given[id]
	if r.Header.Get("Authorization") != "" {
		s.violations.Add(r.Method, r.URL.Path, "the token is sent to where files are")
	}
	s.mu.Unlock()
	if !ok {
		http.Error(w, "This content is no longer available.", http.StatusNotFound)
		return
	}
	fmt.Fprintf(w, "%s", f.Data)
}
