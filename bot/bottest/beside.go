package bottest

import (
	"flag"
	"strconv"
)

// Beside lets n tests of a package run beside each other, unless it was said how many: those
// that wait for clocks, processes and connections far more than they work. A TestMain calls
// it before it runs the tests.
func Beside(n int) {
	if !flag.Parsed() {
		flag.Parse()
	}
	told := false
	flag.Visit(func(f *flag.Flag) { told = told || f.Name == "test.parallel" })
	if !told {
		_ = flag.Set("test.parallel", strconv.Itoa(n)) // the name and the number are good
	}
}
