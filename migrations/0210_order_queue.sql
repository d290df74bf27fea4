-- A run that is held keeps its place among those that wait, and is passed over.
ALTER TABLE runs ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

-- One row while somebody has paused the whole queue.
CREATE TABLE queue_pauses (
  paused_at REAL NOT NULL
) STRICT;
