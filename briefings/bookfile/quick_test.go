package bookfile_test

import (
	"fmt"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"os"
	"testing"
	"time"
)

func TestQuick(t *testing.T) {
	c, err := bookfile.Read(os.Getenv("BOOK"), bookfile.ReadOptions{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(len(c.Sources), len(c.Entries), len(c.Reports), c.Book)
	for _, r := range c.Reports {
		fmt.Println(r.ID)
	}
	e := briefings.PlanImport(nil, c, false)
	fmt.Println(len(e))
	for _, l := range briefings.PlanLines(nil, e)[:5] {
		fmt.Println(l)
	}
	fmt.Println(len(briefings.PlanImport(c, c, true)))
}
