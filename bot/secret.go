package bot

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a token or a key. However it is printed, logged or encoded, it
// shows nothing of itself; only Reveal returns it.
type Secret struct{ value string }

// NewSecret returns the secret of that value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value. What takes it must not print it.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

const redacted = "(secret)"

// Format prints the same whatever the verb: %d would otherwise look inside.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

func (Secret) String() string               { return redacted }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
