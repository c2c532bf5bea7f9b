-- Events of platforms that have had their effect, so that each has one however
-- often it is delivered. Rows are removed when they are a day old.
CREATE TABLE inbound (
  book     TEXT   NOT NULL REFERENCES books (id),
  platform TEXT   NOT NULL,
  event_id TEXT   NOT NULL, -- the platform's own
  seen_at  BIGINT NOT NULL,
  PRIMARY KEY (book, platform, event_id)
);

CREATE INDEX inbound_age ON inbound (book, seen_at);
