-- How a block comes along on its machine: its job, and what the user wants of its runs. JSON, since only its host reads it.
ALTER TABLE blocks ADD COLUMN course TEXT NOT NULL DEFAULT '{"version":"unknown","time":null}';

-- Where a run that was in a block has left its checkpoints and its weights: only there it goes on.
CREATE TABLE left_elsewhere (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  machine TEXT NOT NULL CHECK (machine <> ''),
  block TEXT NOT NULL CHECK (block <> ''),
  -- The block's folder, as the machine names it.
  folder TEXT NOT NULL CHECK (folder <> '')
) STRICT;
