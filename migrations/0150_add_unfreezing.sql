-- The planned step at which a frozen layer trains again. NULL: it never freezes, or stays frozen.
ALTER TABLE layers ADD COLUMN unfreeze_step INTEGER;

-- When a frozen layer began to train again, as table freezes says when it froze.
CREATE TABLE unfreezes (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  layer INTEGER NOT NULL CHECK (layer >= 0),
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  planned_step INTEGER,
  step INTEGER NOT NULL CHECK (step >= 0),
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  -- Of the whole run up to then, all phases.
  active_seconds REAL NOT NULL,
  PRIMARY KEY (run_id, layer)
) STRICT, WITHOUT ROWID;
