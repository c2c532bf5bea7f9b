-- The ledger: what is posted without being asked for. Times are Unix milliseconds, 0
-- for none. People are named by their number in actors, 0 for nobody, so that they can
-- be erased.

-- What a book's ledger has one of. Whoever plans or moves updates the row first, so
-- that they follow each other.
CREATE TABLE ledgers (
  book    TEXT   NOT NULL PRIMARY KEY REFERENCES books (id),
  alerted BIGINT NOT NULL, -- the revision up to which alerts are planned; -1 for none yet
  newest  BIGINT NOT NULL  -- the newest time that was written
);

CREATE TABLE schedules (
  book     TEXT   NOT NULL REFERENCES books (id),
  id       TEXT   NOT NULL,
  name     TEXT   NOT NULL,
  spec     TEXT   NOT NULL,
  said     TEXT   NOT NULL,
  zone     TEXT   NOT NULL,
  places   TEXT   NOT NULL, -- JSON; person, last of each, is a number in actors
  options  TEXT   NOT NULL, -- JSON
  state    TEXT   NOT NULL,
  made     BIGINT NOT NULL, -- who made it
  origin   TEXT   NOT NULL,
  rev      BIGINT NOT NULL,
  reached  TEXT   NOT NULL, -- the slot that its cursor is at
  next_due BIGINT NOT NULL,
  edition  BIGINT NOT NULL,
  PRIMARY KEY (book, id)
);

CREATE UNIQUE INDEX schedules_name ON schedules (book, name) WHERE state <> 'deleted';

CREATE INDEX schedules_due ON schedules (book, next_due, id) WHERE next_due > 0 AND state <> 'deleted';

CREATE TABLE runs (
  book    TEXT   NOT NULL REFERENCES books (id),
  source  TEXT   NOT NULL,
  slot    TEXT   NOT NULL,
  kind    TEXT   NOT NULL,
  state   TEXT   NOT NULL,
  reason  TEXT   NOT NULL,
  due     BIGINT NOT NULL,
  made    BIGINT NOT NULL,
  edition BIGINT NOT NULL,
  seq     BIGINT NOT NULL,
  since   BIGINT NOT NULL,
  hash    TEXT   NOT NULL,
  zone    TEXT   NOT NULL,
  more    BIGINT NOT NULL,
  PRIMARY KEY (book, source, slot)
);

CREATE INDEX runs_source ON runs (book, source, made);

CREATE INDEX runs_made ON runs (book, made);

CREATE INDEX runs_passed ON runs (book, state, made) WHERE state <> 'planned';

-- The messages of a run, frozen. Bytes have the type that PostgreSQL has for them;
-- SQLite keeps them as they are.
CREATE TABLE parts (
  book     TEXT     NOT NULL REFERENCES books (id),
  source   TEXT     NOT NULL,
  slot     TEXT     NOT NULL,
  platform TEXT     NOT NULL,
  number   BIGINT   NOT NULL,
  op       TEXT     NOT NULL,
  threaded SMALLINT NOT NULL,
  body     BYTEA    NOT NULL,
  card     BYTEA    NOT NULL,
  shows    TEXT     NOT NULL, -- JSON
  PRIMARY KEY (book, source, slot, platform, number)
);

CREATE TABLE deliveries (
  book        TEXT     NOT NULL REFERENCES books (id),
  id          TEXT     NOT NULL,
  source      TEXT     NOT NULL, -- with slot: its run
  slot        TEXT     NOT NULL,
  platform    TEXT     NOT NULL, -- with workspace, channel and person: where it goes
  workspace   TEXT     NOT NULL,
  channel     TEXT     NOT NULL,
  person      BIGINT   NOT NULL,
  part        BIGINT   NOT NULL,
  root        TEXT     NOT NULL, -- of a later part: the id of the first
  final       SMALLINT NOT NULL, -- there is no part behind it
  op          TEXT     NOT NULL,
  threaded    SMALLINT NOT NULL,
  state       TEXT     NOT NULL,
  fence       BIGINT   NOT NULL,
  owner       TEXT     NOT NULL,
  lease       BIGINT   NOT NULL,
  attempts    BIGINT   NOT NULL,
  next_at     BIGINT   NOT NULL,
  deadline    BIGINT   NOT NULL,
  first_sent  BIGINT   NOT NULL,
  last_sent   BIGINT   NOT NULL,
  unsure      SMALLINT NOT NULL,
  ever_unsure SMALLINT NOT NULL,
  looked      BIGINT   NOT NULL,
  message     TEXT     NOT NULL,
  thread      TEXT     NOT NULL,
  marker      TEXT     NOT NULL,
  class       TEXT     NOT NULL,
  detail      TEXT     NOT NULL,
  on_unknown  TEXT     NOT NULL,
  moved       BIGINT   NOT NULL,
  -- What follows from the rest, for the index of what is to be done: whether the part
  -- before it is still to be sent, whether it is claimed, and when something is to be
  -- done at it: for ever where only another can change that, NULL once it is settled.
  blocked     SMALLINT NOT NULL,
  claimed     SMALLINT NOT NULL,
  wake        BIGINT,
  PRIMARY KEY (book, id)
);

CREATE INDEX deliveries_wake ON deliveries (book, platform, claimed, wake, id) WHERE wake IS NOT NULL;

CREATE INDEX deliveries_open ON deliveries (book, source, wake, slot) WHERE wake IS NOT NULL;

CREATE INDEX deliveries_run ON deliveries (book, source, slot);

CREATE INDEX deliveries_moved ON deliveries (book, moved, id);

CREATE INDEX deliveries_dead ON deliveries (book, moved, id) WHERE state = 'dead';

CREATE INDEX deliveries_behind ON deliveries (book, root, part) WHERE root <> '';

CREATE INDEX deliveries_person ON deliveries (book, person) WHERE person <> 0;

CREATE INDEX deliveries_message ON deliveries (book, message) WHERE message <> '';

CREATE INDEX deliveries_unsure ON deliveries (book, last_sent) WHERE ever_unsure = 1;

-- What was tried. A trigger refuses UPDATE and DELETE.
CREATE TABLE attempts (
  book     TEXT   NOT NULL REFERENCES books (id),
  delivery TEXT   NOT NULL,
  n        BIGINT NOT NULL, -- 1, 2, 3
  number   BIGINT NOT NULL,
  fence    BIGINT NOT NULL,
  began    BIGINT NOT NULL,
  ended    BIGINT NOT NULL,
  outcome  TEXT   NOT NULL,
  http     BIGINT NOT NULL,
  detail   TEXT   NOT NULL,
  PRIMARY KEY (book, delivery, n)
);

-- Places at which something failed for good. Nothing is sent where why is not empty.
CREATE TABLE places (
  book      TEXT   NOT NULL REFERENCES books (id),
  platform  TEXT   NOT NULL,
  workspace TEXT   NOT NULL,
  channel   TEXT   NOT NULL,
  person    BIGINT NOT NULL,
  failures  BIGINT NOT NULL, -- in a row
  why       TEXT   NOT NULL,
  PRIMARY KEY (book, platform, workspace, channel, person)
);

CREATE TABLE watches (
  book      TEXT   NOT NULL REFERENCES books (id),
  id        TEXT   NOT NULL,
  number    BIGINT NOT NULL, -- 1, 2, 3: the order in which they were made
  owner     BIGINT NOT NULL,
  platform  TEXT   NOT NULL,
  workspace TEXT   NOT NULL,
  channel   TEXT   NOT NULL,
  person    BIGINT NOT NULL,
  topics    TEXT   NOT NULL, -- JSON
  quiet     TEXT   NOT NULL, -- JSON
  state     TEXT   NOT NULL,
  rev       BIGINT NOT NULL,
  held      BIGINT NOT NULL,
  next_at   BIGINT NOT NULL,
  PRIMARY KEY (book, id)
);

CREATE TABLE pins (
  book      TEXT   NOT NULL REFERENCES books (id),
  id        TEXT   NOT NULL,
  number    BIGINT NOT NULL, -- 1, 2, 3: the order in which they were made
  platform  TEXT   NOT NULL,
  workspace TEXT   NOT NULL,
  channel   TEXT   NOT NULL,
  person    BIGINT NOT NULL,
  topic     TEXT   NOT NULL,
  made      BIGINT NOT NULL, -- who made it
  state     TEXT   NOT NULL,
  rev       BIGINT NOT NULL,
  hash      TEXT   NOT NULL,
  next_at   BIGINT NOT NULL,
  source    TEXT   NOT NULL, -- with slot: the run that posted it
  slot      TEXT   NOT NULL,
  PRIMARY KEY (book, id)
);

CREATE TABLE settings (
  book  TEXT NOT NULL REFERENCES books (id),
  name  TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (book, name)
);

-- Who does what only one process may do. Of no book.
CREATE TABLE leases (
  name  TEXT   NOT NULL PRIMARY KEY,
  owner TEXT   NOT NULL,
  until BIGINT NOT NULL
);

CREATE INDEX postings_message ON postings (book, platform, workspace, channel, message);
