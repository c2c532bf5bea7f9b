-- The audit: one row for each deed, appended as revisions are. A trigger refuses
-- UPDATE and DELETE. People are in actors only, so that they can be erased.
CREATE TABLE audit (
  book      TEXT   NOT NULL REFERENCES books (id),
  number    BIGINT NOT NULL, -- 1, 2, 3
  at        BIGINT NOT NULL,
  actor     BIGINT NOT NULL,
  via       TEXT   NOT NULL,
  action    TEXT   NOT NULL,
  outcome   TEXT   NOT NULL,
  detail    TEXT   NOT NULL,
  first_seq BIGINT NOT NULL, -- of the revisions that it made; 0 for none
  last_seq  BIGINT NOT NULL,
  chain     TEXT   NOT NULL, -- digest of this row and the chain of the one before
  PRIMARY KEY (book, number),
  FOREIGN KEY (book, actor) REFERENCES actors (book, number)
);

CREATE INDEX audit_actor ON audit (book, actor, number);

CREATE INDEX audit_at ON audit (book, at);

CREATE INDEX audit_seq ON audit (book, first_seq);

-- The newest row of the audit. A book of before has an empty one.
ALTER TABLE books ADD COLUMN audit BIGINT NOT NULL DEFAULT 0;

ALTER TABLE books ADD COLUMN audit_chain TEXT NOT NULL DEFAULT '';

CREATE INDEX revisions_actor ON revisions (book, actor, seq);

-- Who has which role. What a user is granted names the account by its number in
-- actors, so that it is found when the user is erased.
CREATE TABLE grants (
  book      TEXT NOT NULL REFERENCES books (id),
  platform  TEXT NOT NULL,
  workspace TEXT NOT NULL,
  grantee   TEXT NOT NULL, -- group, user, everyone, direct or guests
  id        TEXT NOT NULL, -- of the group; the number of the user's actor; else empty
  role      TEXT NOT NULL, -- its name
  PRIMARY KEY (book, platform, workspace, grantee, id)
);

-- Which accounts are one person's: those of one number.
CREATE TABLE persons (
  book   TEXT   NOT NULL REFERENCES books (id),
  person BIGINT NOT NULL,
  actor  BIGINT NOT NULL,
  PRIMARY KEY (book, actor),
  FOREIGN KEY (book, actor) REFERENCES actors (book, number)
);
