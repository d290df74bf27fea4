-- Arrangements of the table of runs, kept under a name: which runs, in which columns, order and groups.
CREATE TABLE runs_views (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (public_id <> ''),
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  view TEXT NOT NULL CHECK (json_valid(view)),
  changed_at REAL NOT NULL
) STRICT;
