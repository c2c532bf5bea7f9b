package discordtest

import (
	"errors"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	textmessage "golang.org/x/text/message"
)

// schema notes the innermost errors of a validation. Of the members of a union
// it follows the one whose type fits.
func (p *problems) schema(err error) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		p.add(nil, "SCHEMA", "%v", err)
		return
	}
	p.leaves(invalid)
	if len(p.found) == 0 {
		p.add(invalid.InstanceLocation, "SCHEMA", "%s", strings.ReplaceAll(invalid.Error(), documentURL, ""))
	}
}

func (p *problems) leaves(e *jsonschema.ValidationError) {
	if len(e.Causes) == 0 {
		p.add(e.InstanceLocation, "SCHEMA_"+strings.ToUpper(strings.Join(e.ErrorKind.KeywordPath(), "_")), "%s", e.ErrorKind.LocalizedString(printer))
		return
	}
	causes := e.Causes
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		if fitting := slices.DeleteFunc(slices.Clone(causes), misfit); len(fitting) > 0 {
			causes = fitting[:1]
		} else {
			causes = causes[:1]
		}
	}
	for _, c := range causes {
		p.leaves(c)
	}
}

// printer writes what is wrong with a value.
var printer = textmessage.NewPrinter(language.English)

// misfit reports whether a member of a union is for another type of value.
func misfit(e *jsonschema.ValidationError) bool {
	var wrong bool
	depth := len(e.InstanceLocation)
	var visit func(*jsonschema.ValidationError)
	visit = func(e *jsonschema.ValidationError) {
		switch e.ErrorKind.(type) {
		case *kind.Enum, *kind.Const:
			n := len(e.InstanceLocation)
			wrong = wrong || n == depth+1 && e.InstanceLocation[n-1] == "type"
		case *kind.Type:
			wrong = wrong || len(e.InstanceLocation) == depth
		}
		if len(e.InstanceLocation) > depth+1 {
			return
		}
		for _, c := range e.Causes {
			visit(c)
		}
	}
	visit(e)
	return wrong
}
