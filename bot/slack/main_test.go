package slack_test

import (
	"flag"
	"os"
	"testing"
)

// beside is how many of the tests of faults run beside each other: they wait for
// clocks far more than they work.
const beside = "16"

// TestMain has more tests run at once than there are processors, unless it was
// said how many.
func TestMain(m *testing.M) {
	flag.Parse()
	told := false
	flag.Visit(func(f *flag.Flag) { told = told || f.Name == "test.parallel" })
	if !told {
		_ = flag.Set("test.parallel", beside) // the name and the number are good
	}
	os.Exit(m.Run())
}
