package names

import "strings"

// Fold is provisional.
func Fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
