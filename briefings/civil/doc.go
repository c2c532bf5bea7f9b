// Package civil is when schedules are due, in the wall time of a place.
//
// robfig/cron reads the five fields of a cron expression, in UTC, and never sees a zone:
// over all zones and transitions its own Next misses or doubles one slot in seven. What
// it read are sets of minutes, hours and days; the rest is here.
//
// A slot is a local wall time, and never an instant. It is due at the first instant whose
// wall-clock reading is at or after it. This one sentence covers the hour that is left
// out in spring, the one that comes twice in autumn, shifts of less than an hour, and
// days that a country has skipped.
package civil

import _ "time/tzdata" // a container without zones would know UTC alone
