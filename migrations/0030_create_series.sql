-- What the runs reported. Every row carries the number (seq) and the time (at) of the event that brought it; a resumed
-- run's repeated work replaces its rows.
--
-- SQLite turns NaN into NULL, and NULL here means unknown. So every row with measured values has a nan_mask: where its
-- bit is set, the value is NaN (and its column NULL). Infinities are stored as they are.

-- Reports that have no table of their own: run.started, run.paused, run.resumed, run.finished ...
CREATE TABLE events (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL CHECK (seq > 0),
  at REAL NOT NULL,
  type TEXT NOT NULL,
  -- The event's other members; NaN and infinities as their names.
  body TEXT NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Losses are mean cross-entropies, errors fractions.
-- Bits of nan_mask: 1 train_loss, 2 validation_loss, 4 validation_error.
CREATE TABLE epochs (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  train_loss REAL CHECK ((train_loss IS NULL) = (nan_mask & 1)),
  validation_loss REAL CHECK (validation_loss IS NULL OR NOT nan_mask & 2),
  validation_error REAL CHECK (validation_error IS NULL OR NOT nan_mask & 4),
  nan_mask INTEGER NOT NULL CHECK (nan_mask BETWEEN 0 AND 7),
  frozen_layers INTEGER NOT NULL CHECK (frozen_layers >= 0),
  training_seconds REAL NOT NULL,
  evaluation_seconds REAL NOT NULL,
  checkpoint_seconds REAL NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE freezes (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  layer INTEGER NOT NULL CHECK (layer >= 0),
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  planned_step INTEGER,
  step INTEGER NOT NULL CHECK (step >= 0),
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  -- Of the whole run up to the freeze, all phases.
  active_seconds REAL NOT NULL,
  PRIMARY KEY (run_id, layer)
) STRICT, WITHOUT ROWID;

-- Every so many steps one is sampled. Bit 1 of nan_mask: loss, of the batch before the update.
CREATE TABLE steps (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL CHECK (step >= 0),
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  loss REAL CHECK ((loss IS NULL) = nan_mask),
  nan_mask INTEGER NOT NULL CHECK (nan_mask IN (0, 1)),
  wait_ms REAL NOT NULL,
  step_ms REAL NOT NULL,
  other_ms REAL NOT NULL,
  -- Of every layer, as little-endian doubles; NaN where it is frozen.
  learning_rates BLOB NOT NULL CHECK (length(learning_rates) % 8 = 0),
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL CHECK (step >= 0),
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  sha256 TEXT NOT NULL,
  -- Active seconds of the run up to the checkpoint.
  training_seconds REAL NOT NULL,
  evaluation_seconds REAL NOT NULL,
  checkpoint_seconds REAL NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- The names of all series: those of the epochs, and any other.
CREATE TABLE metric_keys (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

-- Those of the epochs; a series' place here is also that of its bit in the nan_mask of an epoch.
INSERT INTO metric_keys (id, name) VALUES (1, 'train_loss'), (2, 'validation_loss'), (3, 'validation_error');

-- Points of series that no other table has. Bit 1 of nan_mask: value.
CREATE TABLE metrics (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES metric_keys (id),
  step INTEGER NOT NULL CHECK (step >= 0),
  value REAL CHECK ((value IS NULL) = nan_mask),
  nan_mask INTEGER NOT NULL CHECK (nan_mask IN (0, 1)),
  PRIMARY KEY (run_id, key_id, step)
) STRICT, WITHOUT ROWID;

-- What lists show of a series, kept in the transaction that stores its points; the steps of an epoch series are epochs.
-- Bits of nan_mask: 1 first, 2 last. NaN is no minimum and no maximum.
CREATE TABLE run_stats (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES metric_keys (id),
  first REAL,
  first_step INTEGER NOT NULL,
  last REAL,
  last_step INTEGER NOT NULL,
  min REAL,
  min_step INTEGER,
  max REAL,
  max_step INTEGER,
  nan_mask INTEGER NOT NULL CHECK (nan_mask BETWEEN 0 AND 3),
  PRIMARY KEY (run_id, key_id)
) STRICT, WITHOUT ROWID;
