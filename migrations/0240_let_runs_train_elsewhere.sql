-- Runs that another machine trains, one after the other in one allocation of it. A block is here for as long as one of its attempts may
-- still write: until then nobody else trains its runs, and nobody else gives their events numbers.
CREATE TABLE blocks (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (public_id <> ''),
  machine TEXT NOT NULL CHECK (machine <> ''),
  -- The block's folder, as the machine names it.
  folder TEXT NOT NULL CHECK (folder <> ''),
  submitted_at REAL NOT NULL
) STRICT;

-- A run is in one block at most.
CREATE TABLE block_runs (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  block_id INTEGER NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
  -- Its place in the order in which they train, from 1.
  position INTEGER NOT NULL CHECK (position >= 1),
  UNIQUE (block_id, position)
) STRICT;
