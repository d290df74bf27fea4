-- Times are milliseconds since 1970, JSON is text, and what is unknown is NULL.

CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (public_id <> ''),
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  -- The run spec without policy and seed.
  base TEXT NOT NULL CHECK (json_valid(base)),
  equal_time_baseline INTEGER NOT NULL CHECK (equal_time_baseline IN (0, 1)),
  created_at REAL NOT NULL
) STRICT;

CREATE TABLE study_seeds (
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  seed INTEGER NOT NULL CHECK (seed >= 0),
  PRIMARY KEY (study_id, position),
  UNIQUE (study_id, seed)
) STRICT, WITHOUT ROWID;

-- The runs of a study that differ only by seed.
CREATE TABLE arms (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  role TEXT NOT NULL CHECK (role IN ('baseline', 'policy', 'equal-time')),
  -- The policy arm whose time an equal-time arm gets.
  of TEXT CHECK ((role = 'equal-time') = (of IS NOT NULL)),
  policy TEXT NOT NULL CHECK (json_valid(policy)),
  -- S of every run of the arm.
  steps INTEGER NOT NULL CHECK (steps > 0),
  -- Predicted from multiply-adds, a fraction.
  compute_saved REAL NOT NULL,
  UNIQUE (study_id, position),
  UNIQUE (study_id, name),
  FOREIGN KEY (study_id, of) REFERENCES arms (study_id, name)
) STRICT;
