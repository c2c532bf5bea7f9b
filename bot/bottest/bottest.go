// Package bottest is the suite that every adapter passes, and the cards and
// the core that it runs with.
//
// An adapter's test opens sessions over the adapter's real transport: a pair of
// pipes, a pseudo-terminal, a server on loopback that behaves like the
// platform. What comes back is judged as a person would see it, so a session
// also plays the platform's client: it renders markup, follows pages, and says
// who was notified.
package bottest

import (
	"testing"

	"github.com/briefbot/briefbot/bot"
)

// Session is one person who talks to an adapter. Its methods are called by one
// goroutine at a time.
type Session interface {
	// Type does what a person does to ask what the line asks: a command line
	// such as "/card small", or the same put into the platform's form. It
	// returns what the person then sees, once all of it has come, or an error
	// where nothing comes for so long that the person would give up.
	Type(line string) (Seen, error)
	// Close ends the session, and the adapter unless another session uses it.
	// It returns an error where the adapter did not end as it should.
	Close() error
}

// Presser is a session on a platform that shows actions as something to press.
type Presser interface {
	// Press presses the action of that label in the last answer.
	Press(label string) (Seen, error)
}

// Completer is a session on a platform that completes what is being typed.
type Completer interface {
	// Complete returns what is offered for the end of the line.
	Complete(line string) ([]string, error)
}

// Burster is a session on a platform that answers in the order of questions.
type Burster interface {
	// Burst types all lines before it looks at an answer.
	Burst(lines []string) ([]Seen, error)
}

// Neighbour is a session on a platform whose adapter serves many people.
type Neighbour interface {
	// Neighbour returns the session of another person who sees the same
	// adapter and, where there are channels, the same channel.
	Neighbour(t *testing.T) Session
}

// Filler is a session on a platform that opens forms.
type Filler interface {
	// Open does what a person does to ask what the line asks, and returns the form
	// that opens.
	Open(line string) (Opened, error)
	// Submit fills in the form that was opened last, by the labels of its inputs,
	// leaves the others as they are, and sends it. Of an input with choices, the value
	// is the label of one.
	Submit(values map[string]string) (Seen, error)
}

// Chooser is a session on a platform where messages have menus.
type Chooser interface {
	Filler
	// Choose has somebody else write a message, and chooses from its menu. It returns
	// the form that opens.
	Choose(menu, message string) (Opened, error)
}

// Opened is a form as a person sees it.
type Opened struct {
	Title string
	// Values are what stands in the inputs, by their labels; of one with choices, the
	// label of that which is chosen.
	Values map[string]string
}

// Seen is an answer as a person sees it.
type Seen struct {
	// Text is all that can be read, in the order in which it is read: every
	// message and every page of the answer, after the client has rendered the
	// platform's markup. A time that the client sets by the viewer's clock is
	// written here as bot.FormatMoment writes it for UTC.
	Text string
	// Private is whether nobody else can see it.
	Private bool
	// Actions are the labels of what can be done next.
	Actions []string
	// Links are what a click leads to. A platform that makes links of the
	// addresses in a text may leave those out.
	Links []Link
	// Pings are who was notified, in the platform's words.
	Pings []string
}

// Link is words with an address behind them.
type Link struct {
	Text string
	URL  string
}

// Run runs the suite. open starts an adapter on the core, and a session with
// it, or ends the test; Run closes the session. The requests of the session
// must come with an actor, a book, a time, and where they came from.
func Run(t *testing.T, open func(t *testing.T, core bot.Core) Session) {
	s := suite{open}
	for _, rule := range []struct {
		name string
		test func(*testing.T)
	}{
		{"EveryCardArrivesComplete", s.complete},
		{"HostileTextStaysInert", s.inert},
		{"ActionsAreOffered", s.actions},
		{"PressingAnActionAnswersItsCommand", s.press},
		{"CompletionOffersWhatTheCoreOffers", s.completion},
		{"RepliesAreAsPrivateAsTheySay", s.private},
		{"RequestsSayWhoWhereAndWhen", s.requests},
		{"ASlowAnswerDoesNotEndTheSession", s.slow},
		{"ANilCardDoesNotEndTheSession", s.nothing},
		{"AnswersComeInTheOrderOfQuestions", s.order},
		{"TwoHundredQuestionsAreAllAnswered", s.many},
		{"SessionsDoNotMix", s.mixing},
		{"NeighboursDoNotMix", s.neighbours},
		{"VerbsOfAGroupAreCommands", s.verbs},
		{"AFormOpensAndItsValuesArrive", s.form},
		{"AFormIsForWhoOpenedIt", s.formOfOthers},
		{"AMenuHandsOverItsMessage", s.menu},
		{"ClosingEndsEverything", s.closing},
	} {
		t.Run(rule.name, rule.test)
	}
}
