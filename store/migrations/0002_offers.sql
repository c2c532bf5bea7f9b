-- What the buttons of messages stand for. A platform's id holds the token only.
-- Rows are removed once they have expired.
CREATE TABLE offers (
  book       TEXT     NOT NULL REFERENCES books (id),
  token      TEXT     NOT NULL,
  platform   TEXT     NOT NULL, -- with workspace and user_id: whom it was made for
  workspace  TEXT     NOT NULL,
  user_id    TEXT     NOT NULL,
  shared     SMALLINT NOT NULL,
  choices    TEXT     NOT NULL, -- JSON
  expires_at BIGINT   NOT NULL,
  PRIMARY KEY (book, token)
);

CREATE INDEX offers_expiry ON offers (book, expires_at);
