CREATE TABLE datasets (
  name TEXT PRIMARY KEY CHECK (name <> ''),
  -- Kind and path, or the numbers that synthetic images are made from.
  location TEXT NOT NULL CHECK (json_valid(location)),
  training INTEGER NOT NULL CHECK (training >= 0),
  test INTEGER NOT NULL CHECK (test >= 0),
  height INTEGER NOT NULL CHECK (height > 0),
  width INTEGER NOT NULL CHECK (width > 0),
  channels INTEGER NOT NULL CHECK (channels > 0),
  classes INTEGER NOT NULL CHECK (classes > 0),
  -- Of images and labels; NULL where it has not been computed.
  sha256 TEXT
) STRICT, WITHOUT ROWID;
