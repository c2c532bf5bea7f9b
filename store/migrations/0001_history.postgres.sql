CREATE FUNCTION revisions_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'revisions are append-only'; END $$;

CREATE TRIGGER revisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON revisions
FOR EACH STATEMENT EXECUTE FUNCTION revisions_append_only();

-- English stems, but no stop words, so that both engines find alike.
CREATE TEXT SEARCH DICTIONARY briefbot_stem (TEMPLATE = snowball, Language = english);

CREATE TEXT SEARCH CONFIGURATION briefbot (COPY = simple);

ALTER TEXT SEARCH CONFIGURATION briefbot
  ALTER MAPPING FOR asciiword, word, numword WITH briefbot_stem;

-- The text of each revision and the stretch of time in which it stood. Rows
-- are closed, never rewritten.
CREATE TABLE texts (
  book     TEXT     NOT NULL REFERENCES books (id),
  seq      BIGINT   NOT NULL,
  kind     TEXT     NOT NULL,
  record   TEXT     NOT NULL,
  recorded BIGINT   NOT NULL,
  until    BIGINT   NOT NULL, -- 9223372036854775807 while it stands
  words    tsvector NOT NULL,
  PRIMARY KEY (book, seq)
);

CREATE INDEX texts_words ON texts USING gin (words);
