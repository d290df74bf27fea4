-- What a run trained on; one row for each that was ever seen.
CREATE TABLE environments (
  id INTEGER PRIMARY KEY,
  backend TEXT NOT NULL,
  tensorflow_version TEXT NOT NULL,
  device TEXT NOT NULL,
  intra_op_threads INTEGER,
  inter_op_threads INTEGER,
  node TEXT NOT NULL,
  platform TEXT NOT NULL,
  host TEXT NOT NULL,
  app_version TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (public_id <> ''),
  -- NULL for a run that belongs to no study.
  arm_id INTEGER REFERENCES arms (id),
  -- With every default written in.
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  -- SHA-256 of the spec without seed and equal-time steps, keys sorted: equal for runs that differ only by seed.
  group_hash TEXT NOT NULL CHECK (length(group_hash) = 64),
  seed INTEGER NOT NULL CHECK (seed >= 0),
  steps INTEGER NOT NULL CHECK (steps > 0),
  steps_per_epoch INTEGER NOT NULL CHECK (steps_per_epoch > 0),
  layer_count INTEGER NOT NULL CHECK (layer_count >= 0),
  compute_saved REAL NOT NULL,
  imported INTEGER NOT NULL CHECK (imported IN (0, 1)),

  status TEXT NOT NULL CHECK (
    status IN ('queued', 'running', 'paused', 'stopped', 'interrupted', 'finished', 'failed', 'diverged')
  ),
  reason TEXT,
  -- The queue is served in this order.
  queue_number INTEGER UNIQUE CHECK ((status = 'queued') = (queue_number IS NOT NULL)),
  environment_id INTEGER REFERENCES environments (id),

  -- Where the run stood at its last event.
  epoch INTEGER NOT NULL DEFAULT 0,
  frozen_layers INTEGER NOT NULL DEFAULT 0,
  -- Active seconds: pauses, waits and repeated work do not count.
  training_seconds REAL NOT NULL DEFAULT 0,
  evaluation_seconds REAL NOT NULL DEFAULT 0,
  checkpoint_seconds REAL NOT NULL DEFAULT 0,
  -- The moment up to which these seconds are known.
  seconds_at REAL,
  last_seq INTEGER NOT NULL DEFAULT 0,
  last_event_at REAL,

  -- Of the final weights. Bits of nan_mask: 1 test_error, 2 test_loss; see 0030.
  test_error REAL,
  test_loss REAL,
  nan_mask INTEGER NOT NULL DEFAULT 0 CHECK (nan_mask BETWEEN 0 AND 3),

  note TEXT NOT NULL DEFAULT '',
  archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
  -- Not NULL: the run is in the trash.
  deleted_at REAL,
  locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
  created_at REAL NOT NULL,
  started_at REAL,
  ended_at REAL
) STRICT;

CREATE INDEX runs_by_arm ON runs (arm_id, seed);
CREATE INDEX runs_by_group ON runs (group_hash, seed);
CREATE INDEX runs_by_status ON runs (status);

-- The stretches in which a run was training: pauses and waits in the queue lie between them.
CREATE TABLE run_segments (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number > 0),
  started_at REAL NOT NULL,
  ended_at REAL,
  reason TEXT CHECK ((reason IS NULL) = (ended_at IS NULL)),
  PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX run_segments_open ON run_segments (run_id) WHERE ended_at IS NULL;

-- What freezes as one unit, front to back; the step and the rate are those of the plan.
CREATE TABLE layers (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  layer INTEGER NOT NULL CHECK (layer >= 0),
  name TEXT NOT NULL,
  params INTEGER NOT NULL,
  -- Multiply-adds of one image.
  macs REAL NOT NULL,
  -- NULL: trains to the end.
  freeze_step INTEGER,
  initial_learning_rate REAL NOT NULL,
  PRIMARY KEY (run_id, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  tag TEXT NOT NULL CHECK (tag <> ''),
  PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;

-- Files of a run's folder other than its checkpoints.
CREATE TABLE artifacts (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL CHECK (path <> ''),
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  sha256 TEXT NOT NULL,
  created_at REAL NOT NULL,
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;
