-- A policy that decides while training plans nothing: what its run saves by the measured step times is known once it is over.

CREATE TABLE new_profiles (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  -- Of the unfrozen step: how many were timed, their least and their median.
  steps INTEGER NOT NULL CHECK (steps > 0),
  step_ms_min REAL NOT NULL,
  step_ms_median REAL NOT NULL,
  -- Share of the baseline's training time that the run saves by the measured ratios, a fraction: by what is planned, ...
  saved REAL,
  -- ... or, where nothing is, by the freezes that happened; NULL before the run is over.
  saved_at_end REAL CHECK (saved IS NULL OR saved_at_end IS NULL),
  -- What the measurement took, beside the run's active seconds.
  seconds REAL NOT NULL
) STRICT;

INSERT INTO new_profiles (run_id, seq, at, steps, step_ms_min, step_ms_median, saved, seconds)
SELECT run_id, seq, at, steps, step_ms_min, step_ms_median, saved, seconds FROM profiles;

CREATE TABLE new_profile_depths (
  run_id INTEGER NOT NULL REFERENCES new_profiles (run_id) ON DELETE CASCADE,
  frozen_layers INTEGER NOT NULL CHECK (frozen_layers > 0),
  steps INTEGER NOT NULL CHECK (steps > 0),
  step_ms_min REAL NOT NULL,
  step_ms_median REAL NOT NULL,
  -- Step at this depth / unfrozen step, over the pairs: quartiles.
  ratio_low REAL NOT NULL,
  ratio_median REAL NOT NULL,
  ratio_high REAL NOT NULL,
  PRIMARY KEY (run_id, frozen_layers)
) STRICT, WITHOUT ROWID;

INSERT INTO new_profile_depths SELECT * FROM profile_depths;

-- The depths first: they go with their profiles.
DROP TABLE profile_depths;
DROP TABLE profiles;
ALTER TABLE new_profiles RENAME TO profiles;
ALTER TABLE new_profile_depths RENAME TO profile_depths;
