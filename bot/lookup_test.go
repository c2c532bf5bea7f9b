package bot_test

import "testing"

func TestLookup_FindsWhoIsMeantByPartsAndSlips(t *testing.T) {
	d := openDesk(t)
	for line, want := range map[string]string{
		"/who Wit":         "Steve Witkoff",
		"/who witk":        "Steve Witkoff",
		"/who zelens":      "Volodymyr Zelensky",
		"/who Trmp":        "Donald Trump", // and not the Trump administration
		"trmp":             "Donald Trump",
		"/who kushnr":      "Jared Kushner",
		"/who Kremiln":     "The Kremlin",
		"/who us envoy":    "Steve Witkoff",
		"/who russia":      "Russia", // and not its president
		"/who taoiseach":   "Micheal Martin",
		"/who son in law":  "Jared Kushner",
		"/status florida":  "US–Ukraine talks in Florida", // a place has no status
		"/status the plan": "Trump's peace plan",
	} {
		if got := d.ask(line).Card.Title; got != want {
			t.Errorf("%s shows %q, want %q", line, got, want)
		}
	}
	for _, line := range []string{"/who putin's envoy", "/who EU", "/who UK", "/who Angela Merkel", "/who european union"} {
		if reply := d.ask(line); reply.Card.Title != "Not in this book" {
			t.Errorf("%s shows %q, which the book does not have", line, reply.Card.Title)
		}
	}
}
