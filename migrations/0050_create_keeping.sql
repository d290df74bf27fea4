-- What people arrange for themselves: it is no result, and losing it would lose no training.

-- One row for each setting that was ever changed; the others have their defaults.
CREATE TABLE settings (
  name TEXT PRIMARY KEY CHECK (name <> ''),
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- What a page wants to find again: drafts of forms, columns of tables.
CREATE TABLE drafts (
  key TEXT PRIMARY KEY CHECK (key <> ''),
  -- At most a megabyte of any JSON.
  value TEXT NOT NULL CHECK (json_valid(value) AND length(CAST(value AS BLOB)) <= 1048576),
  changed_at REAL NOT NULL
) STRICT;

-- Comparisons over one or more studies, kept under a name.
CREATE TABLE saved_views (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (public_id <> ''),
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  comparison TEXT NOT NULL CHECK (json_valid(comparison)),
  changed_at REAL NOT NULL
) STRICT;
