-- Files of weights that were added. The home keeps a copy of each: weights/<sha256>.safetensors.
CREATE TABLE weights (
  name TEXT PRIMARY KEY CHECK (name <> ''),
  -- SHA-256 of the whole file.
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  -- The name of the file that was added, without its folder.
  file TEXT NOT NULL,
  added_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- SHA-256 of the file with which a run begins, also of imported runs; NULL where weights are drawn, and for runs of version 0.1.0.
ALTER TABLE runs ADD COLUMN weights_sha256 TEXT CHECK (length(weights_sha256) = 64);

-- Version 0.1.0 named such a file "initialWeights", and read only its own names, with the head.
UPDATE runs SET spec = json_remove(
  json_set(spec, '$.weights', json_object('path', spec ->> '$.initialWeights', 'names', 'lab', 'head', 'keep')), '$.initialWeights')
WHERE spec ->> '$.initialWeights' IS NOT NULL;
UPDATE studies SET base = json_remove(
  json_set(base, '$.weights', json_object('path', base ->> '$.initialWeights', 'names', 'lab', 'head', 'keep')), '$.initialWeights')
WHERE base ->> '$.initialWeights' IS NOT NULL;
