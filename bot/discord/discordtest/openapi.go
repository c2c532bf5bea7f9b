package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// documentEnv is the environment variable that says where the document is.
const documentEnv = "BRIEFBOT_DISCORD_OPENAPI"

// documentPath is where it is beside some directory above the working one.
const documentPath = "shared/data/discord-openapi.json"

// document is Discord's description of its HTTP API. A nil document finds
// nothing wrong.
type document struct {
	root object
	mu   sync.Mutex
	c    *jsonschema.Compiler
	done map[string]*jsonschema.Schema // by pointer; nil where there is no schema
}

// theDocument is parsed once for all servers of a process.
var theDocument = sync.OnceValues(func() (*document, error) {
	path := findDocument()
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read Discord's OpenAPI document: %w", err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("parse Discord's OpenAPI document: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	for _, f := range []*jsonschema.Format{
		{Name: "nonce", Validate: isNonce}, {Name: "snowflake", Validate: isSnowflake}, {Name: "uri", Validate: isURL},
	} {
		c.RegisterFormat(f)
	}
	c.AssertFormat()
	if err := c.AddResource(documentURL, v); err != nil {
		return nil, fmt.Errorf("load Discord's OpenAPI document: %w", err)
	}
	root, ok := v.(object)
	if !ok || obj(root, "paths") == nil {
		return nil, errors.New("what should be Discord's OpenAPI document has no paths")
	}
	return &document{root: root, c: c, done: map[string]*jsonschema.Schema{}}, nil
})

const documentURL = "discord:openapi.json"

// findDocument returns where the document is; "" where it is not.
func findDocument() string {
	if path := os.Getenv(documentEnv); path != "" {
		return path
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		path := filepath.Join(dir, filepath.FromSlash(documentPath))
		if _, err := os.Stat(path); err == nil {
			return path
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// openDocument returns the document. A test that runs without it says so.
func openDocument(tb testing.TB) *document {
	tb.Helper()
	d, err := theDocument()
	switch {
	case err != nil:
		tb.Fatal(err)
	case d != nil:
	case os.Getenv("CI") == "true":
		tb.Fatalf("Discord's OpenAPI document is not there: put it at %s beside the repository, or its path in %s.", documentPath, documentEnv)
	default:
		tb.Logf("requests are not checked against Discord's OpenAPI document: it is neither at %s beside the repository nor at the path in %s", documentPath, documentEnv)
	}
	return d
}

func isNonce(v any) error {
	if s, ok := v.(string); ok && units(s) > 25 {
		return errors.New("a nonce has up to 25 characters")
	}
	return nil
}

func isSnowflake(v any) error {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	if _, err := strconv.ParseUint(s, 10, 64); err != nil {
		return fmt.Errorf("%q is no snowflake", s)
	}
	return nil
}

// isURL takes what Discord takes: addresses of the web, and names of files that
// come with the request.
func isURL(v any) error {
	s, ok := v.(string)
	if !ok || s == "" {
		return nil
	}
	for _, scheme := range []string{"http://", "https://", "discord://", "attachment://", "ws://", "wss://"} {
		if strings.HasPrefix(s, scheme) && len(s) > len(scheme) && !strings.ContainsAny(s, " \n\t") {
			return nil
		}
	}
	return fmt.Errorf("%q is no URL of the web", s)
}

// pointer joins names to a JSON pointer.
func pointer(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(n))
	}
	return b.String()
}

// schema compiles the schema at a pointer; nil where there is none.
func (d *document) schema(names ...string) (*jsonschema.Schema, error) {
	at := object(d.root)
	for _, n := range names {
		if l := list(at, n); l != nil {
			at = object{"": l}
			continue
		}
		if l := list(at, ""); l != nil {
			i, err := strconv.Atoi(n)
			if err != nil || i >= len(l) {
				return nil, nil
			}
			at, _ = l[i].(object)
			continue
		}
		if at = obj(at, n); at == nil {
			return nil, nil
		}
	}
	p := pointer(names...)
	d.mu.Lock()
	defer d.mu.Unlock()
	if s, ok := d.done[p]; ok {
		return s, nil
	}
	s, err := d.c.Compile(documentURL + "#" + escapeFragment(p))
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", p, err)
	}
	d.done[p] = s
	return s, nil
}

func escapeFragment(p string) string {
	return strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D").Replace(p)
}

// checkBody checks the body of a request.
func (d *document) checkBody(c *call) *apiError {
	if d == nil {
		return nil
	}
	names := []string{"paths", c.route.pattern, strings.ToLower(c.method), "requestBody", "content", "application/json", "schema"}
	schema, err := d.schema(names...)
	if err != nil {
		c.s.tb.Errorf("discordtest: %v", err)
		return nil
	}
	if schema == nil {
		return nil
	}
	if err := schema.Validate(forSchema(c.body)); err != nil {
		var p problems
		p.schema(err)
		return p.err()
	}
	return nil
}

// forSchema returns a body as the document has it. Permissions are a number
// there, and a string in the documentation for people; Discord takes both.
func forSchema(body any) any {
	fix := func(o object) object {
		if s, ok := o["default_member_permissions"].(string); ok {
			if n, isNumber := number(s); isNumber {
				o = standin.Clone(o)
				o["default_member_permissions"] = json.Number(bits(n))
			}
		}
		return o
	}
	switch v := body.(type) {
	case object:
		return fix(v)
	case []any:
		out := slices.Clone(v)
		for i, e := range out {
			if o, ok := e.(object); ok {
				out[i] = fix(o)
			}
		}
		return out
	}
	return body
}

// checkParams checks the parameters in the path and the query.
func (d *document) checkParams(c *call) *apiError {
	var p problems
	for name, value := range c.params {
		if strings.HasSuffix(name, "_id") && isSnowflake(value) != nil {
			p.add(path(nil, name), "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", value)
		}
	}
	if d != nil {
		d.checkQuery(&p, c)
		return p.err()
	}
	for _, name := range []string{"around", "before", "after"} {
		if v := c.query.Get(name); v != "" && isSnowflake(v) != nil {
			p.add(path(nil, name), "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", v)
		}
	}
	if n, isNumber := number(c.query.Get("limit")); c.query.Has("limit") && (!isNumber || n < 1 || n > 200) {
		p.add(path(nil, "limit"), "BASE_TYPE_INVALID", "%q does not fit.", c.query.Get("limit"))
	}
	return p.err()
}

func (d *document) checkQuery(p *problems, c *call) {
	method := strings.ToLower(c.method)
	params := list(obj(obj(obj(d.root, "paths"), c.route.pattern), method), "parameters")
	known := map[string]bool{}
	for i, param := range objects(params) {
		name := str(param, "name")
		known[name] = true
		if str(param, "in") != "query" || !c.query.Has(name) {
			continue
		}
		schema, err := d.schema("paths", c.route.pattern, method, "parameters", strconv.Itoa(i), "schema")
		if err != nil || schema == nil {
			continue
		}
		var value any = c.query.Get(name)
		switch str(obj(param, "schema"), "type") {
		case "integer":
			value = json.Number(c.query.Get(name))
		case "boolean":
			if b, err := strconv.ParseBool(c.query.Get(name)); err == nil {
				value = b
			}
		}
		if schema.Validate(value) != nil {
			p.add(path(nil, name), "BASE_TYPE_INVALID", "%q does not fit.", c.query.Get(name))
		}
	}
	for name := range c.query {
		if !known[name] {
			p.add(path(nil, name), "UNKNOWN_PARAMETER", "There is no such parameter.")
			p.found[len(p.found)-1].lenient = true
		}
	}
}

// checkAnswer checks the server's own answer.
func (d *document) checkAnswer(c *call, status int, body any) error {
	if d == nil || body == nil || c.s.foreign.Load() {
		return nil
	}
	schema, err := d.schema("paths", c.route.pattern, strings.ToLower(c.method), "responses", strconv.Itoa(status), "content", "application/json", "schema")
	if err != nil || schema == nil {
		return err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	if err := schema.Validate(v); err != nil {
		var p problems
		p.schema(err)
		return errors.New(p.err().violation)
	}
	return nil
}
