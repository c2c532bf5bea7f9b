// Package names finds things by what people call them: folding, the name
// index, and completion. It knows keys and names, and nothing of books.
package names
