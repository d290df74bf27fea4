-- Step times that runs measured before their first step, each depth beside the unfrozen step. Times are in ms.

CREATE TABLE profiles (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  -- Of the unfrozen step: how many were timed, their least and their median.
  steps INTEGER NOT NULL CHECK (steps > 0),
  step_ms_min REAL NOT NULL,
  step_ms_median REAL NOT NULL,
  -- Share of the baseline's training time that the run saves by the measured ratios, a fraction.
  saved REAL NOT NULL,
  -- What the measurement took, beside the run's active seconds.
  seconds REAL NOT NULL
) STRICT;

CREATE TABLE profile_depths (
  run_id INTEGER NOT NULL REFERENCES profiles (run_id) ON DELETE CASCADE,
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

-- What the steps of an equal-time arm were fixed from: what its policy arm saves, predicted or measured.
ALTER TABLE arms ADD COLUMN steps_from TEXT CHECK (
  (steps_from IS NULL OR steps_from IN ('compute', 'profile')) AND (role = 'equal-time' OR steps_from IS NULL)
);
UPDATE arms SET steps_from = 'compute' WHERE role = 'equal-time';
