CREATE TRIGGER revisions_no_update BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;

CREATE TRIGGER revisions_no_delete BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;

-- The text of each revision and the stretch of time in which it stood. The id
-- is the book's ordinal << 40 | seq, so that the texts of a book are one range
-- of ids, the newest last. Rows are closed, never rewritten.
CREATE TABLE texts (
  id       INTEGER PRIMARY KEY,
  kind     TEXT   NOT NULL,
  record   TEXT   NOT NULL,
  recorded BIGINT NOT NULL,
  until    BIGINT NOT NULL -- 9223372036854775807 while it stands
);

-- The words of texts, without the text: revisions hold it.
CREATE VIRTUAL TABLE words USING fts5 (
  text, content = '', prefix = '3 4',
  tokenize = 'porter unicode61 remove_diacritics 2'
);
