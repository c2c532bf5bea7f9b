package bot

import "github.com/briefbot/briefbot/briefings"

// Form is what a platform opens for somebody to fill in. Its texts are plain: people
// may have written them.
type Form struct {
	Title  string // at most MaxFormTitle characters
	Fields []FormField
	// Submit is the command that the filled form gives; it has an empty argument for
	// each field. Filled puts the values in.
	Submit Invocation
}

// Limits of a form: those of the strictest platform.
const (
	MaxFormTitle = 24  // Slack's views
	MaxFieldName = 45  // Discord's labels
	MaxFieldHint = 100 // Discord's placeholders
)

// FormField is one input.
type FormField struct {
	// Name is the argument of the command; Label and Hint are shown.
	Name, Label, Hint string
	// Value is what stands there at first.
	Value    string
	Required bool
	Long     bool // several lines
	MaxRunes int  // at most so many characters; a platform may hold fewer
	// Choices are the only values, where there are any; there are at most 25.
	Choices []Choice
	// File asks for a file: the value is what Request.Files knows it by.
	File bool
}

// Offer is the offer that holds what the form submits; its token goes into the
// form's id (FormID), and nothing else of it leaves the server.
func (f *Form) Offer(book briefings.BookID, who briefings.Actor) briefings.Offer {
	return briefings.Offer{Book: book, Actor: who, Choices: []briefings.Offered{f.Submit.Offered(0)}}
}

// Filled returns the command that a form gives, with the values of its inputs. Only
// what Submit holds without a value can be filled in: what it holds beside the inputs
// is not taken from the platform.
func Filled(submit Invocation, inputs []Value) Invocation {
	args := append([]Value(nil), submit.Args...)
	for i := range args {
		for _, in := range inputs {
			if args[i].Name == in.Name && args[i].Value == "" {
				args[i].Value = in.Value
				break
			}
		}
	}
	return Invocation{submit.Command, args}
}

// MessageIn is the value of MessageID for a message.
func MessageIn(channel, message string) string { return channel + "/" + message }
