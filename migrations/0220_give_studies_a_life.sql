-- Studies are archived, annotated and tagged as runs are, and go to the trash, where their names are free for others. A column that
-- is unique by itself cannot be made unique among some rows, so the table is written anew.

CREATE TABLE new_studies (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (public_id <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  -- The run spec without policy and seed.
  base TEXT NOT NULL CHECK (json_valid(base)),
  equal_time_baseline INTEGER NOT NULL CHECK (equal_time_baseline IN (0, 1)),
  -- Points of test error that an arm may cost and still count as not worse.
  margin REAL NOT NULL DEFAULT 0.5 CHECK (margin > 0 AND margin <= 100),
  note TEXT NOT NULL DEFAULT '',
  is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
  -- Not NULL: the study is in the trash. The runs that went there with it were deleted at this very moment.
  in_trash_since REAL,
  created_at REAL NOT NULL
) STRICT;

INSERT INTO new_studies (id, public_id, name, base, equal_time_baseline, margin, created_at)
SELECT id, public_id, name, base, equal_time_baseline, margin, created_at FROM studies;

DROP TABLE studies;
ALTER TABLE new_studies RENAME TO studies;
CREATE UNIQUE INDEX studies_by_name ON studies (name) WHERE in_trash_since IS NULL;

CREATE TABLE study_tags (
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  tag TEXT NOT NULL CHECK (tag <> ''),
  PRIMARY KEY (study_id, tag)
) STRICT, WITHOUT ROWID;
