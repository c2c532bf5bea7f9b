package bot

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a token or a key. However it is printed, logged or encoded, it
// shows nothing of itself; only Reveal returns it.
type Secret struct {
	// reveal is a function because fmt cannot call Format on a field that it may
	// not see, and would print what is in it: of a function, an address.
	reveal func() string
}

// NewSecret returns the secret of that value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{func() string { return value }}
}

// Reveal returns the value. What takes it must not print it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.reveal == nil }

const redacted = "(secret)"

// Format prints the same whatever the verb: %d would otherwise look inside.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

func (Secret) String() string               { return redacted }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
