package bookfile

// Keys returns the keys of every table, by the table's name.
func Keys() map[string][]string {
	keys := map[string][]string{}
	for _, s := range specs {
		keys[s.name] = s.keys()
	}
	return keys
}

// NeededKeys returns those that must be there whatever the others say.
func NeededKeys() map[string][]string {
	keys := map[string][]string{}
	for _, s := range specs {
		for _, f := range s.fields {
			if f.needed != "" {
				keys[s.name] = append(keys[s.name], f.key)
			}
		}
	}
	return keys
}
