-- Searches for the lowest t0 within a tolerance; what they found is in the runs of their studies.

CREATE TABLE searches (
  study_id INTEGER PRIMARY KEY REFERENCES studies (id) ON DELETE CASCADE,
  -- Tolerance, budget, candidates, seeds and looks, all defaults written in.
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  -- Whether it goes on by itself, until somebody stops it.
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  created_at REAL NOT NULL
) STRICT;
