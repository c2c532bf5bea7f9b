package bot

import "testing"

func TestZZ(t *testing.T) {
	size := map[string]int{}
	cs := table()
	t.Log(localise(cs, localeFiles))
	for _, c := range cs {
		g := c.Group()
		if g == "" {
			g = c.Name
		}
		size[g] += c.size()
	}
	t.Log(size)
	if err := validate(cs); err != nil {
		t.Fatal(err)
	}
}
