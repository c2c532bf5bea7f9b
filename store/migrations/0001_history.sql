-- The book as an append-only history, with the newest of each record beside it.
-- Both engines run this text. Every time is in Unix milliseconds UTC.

CREATE TABLE books (
  id         TEXT   NOT NULL PRIMARY KEY,
  ordinal    BIGINT NOT NULL UNIQUE, -- 1, 2, 3: the order of creation
  seq        BIGINT NOT NULL,        -- of the newest revision
  chain      TEXT   NOT NULL,        -- of the newest revision
  created_at BIGINT NOT NULL
);

-- Who did something. Revisions name an actor by number, so that a person can be
-- erased here while the history stays as it is.
CREATE TABLE actors (
  book      TEXT   NOT NULL REFERENCES books (id),
  number    BIGINT NOT NULL,
  platform  TEXT   NOT NULL,
  workspace TEXT   NOT NULL,
  user_id   TEXT   NOT NULL,
  PRIMARY KEY (book, number),
  UNIQUE (book, platform, workspace, user_id)
);

-- The history. A trigger refuses UPDATE and DELETE. What stood before a
-- revision is the body of the previous number.
CREATE TABLE revisions (
  book     TEXT   NOT NULL REFERENCES books (id),
  seq      BIGINT NOT NULL,
  kind     TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  number   BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  recorded BIGINT NOT NULL, -- never falls from one number to the next
  actor    BIGINT NOT NULL,
  via      TEXT   NOT NULL,
  why      TEXT   NOT NULL,
  body     TEXT,            -- the record after, as JSON; NULL where it deletes
  chain    TEXT   NOT NULL, -- digest of this row and the chain of the one before
  PRIMARY KEY (book, seq),
  UNIQUE (book, kind, id, number),
  FOREIGN KEY (book, actor) REFERENCES actors (book, number)
);

CREATE INDEX revisions_recorded ON revisions (book, recorded);

-- The newest revision of each record. The body is here a second time so that
-- a book loads by reading one table. Rows are never removed, so that the name
-- of a deleted record does not return for another.
CREATE TABLE records (
  book     TEXT     NOT NULL REFERENCES books (id),
  kind     TEXT     NOT NULL,
  id       TEXT     NOT NULL,
  number   BIGINT   NOT NULL,
  seq      BIGINT   NOT NULL,
  recorded BIGINT   NOT NULL,
  deleted  SMALLINT NOT NULL,
  body     TEXT,
  PRIMARY KEY (book, kind, id)
);

-- Which revision went into which message, so that corrections find their copies.
CREATE TABLE postings (
  book      TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  platform  TEXT   NOT NULL,
  workspace TEXT   NOT NULL,
  channel   TEXT   NOT NULL,
  message   TEXT   NOT NULL,
  number    BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (book, kind, id, platform, workspace, channel, message),
  FOREIGN KEY (book, kind, id) REFERENCES records (book, kind, id)
);

CREATE TABLE bindings (
  platform  TEXT NOT NULL,
  workspace TEXT NOT NULL,
  book      TEXT NOT NULL REFERENCES books (id),
  PRIMARY KEY (platform, workspace)
);

CREATE TABLE looks (
  book      TEXT   NOT NULL REFERENCES books (id),
  platform  TEXT   NOT NULL,
  workspace TEXT   NOT NULL,
  user_id   TEXT   NOT NULL,
  seq       BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (book, platform, workspace, user_id)
);

-- What was asked for and not found, folded; no user ids.
CREATE TABLE misses (
  book         TEXT   NOT NULL REFERENCES books (id),
  query        TEXT   NOT NULL,
  fold_version BIGINT NOT NULL,
  count        BIGINT NOT NULL,
  first_at     BIGINT NOT NULL,
  last_at      BIGINT NOT NULL,
  PRIMARY KEY (book, query)
);

-- The versions of what is derived: by which folding the words of texts and the
-- queries of misses were made.
CREATE TABLE meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
