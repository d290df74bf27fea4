-- S' of an equal-time arm may also be fixed by a calibration: a job on the machine that trains the study, which only measures step times.
ALTER TABLE arms ADD COLUMN fixed_from TEXT CHECK (
  (fixed_from IS NULL OR fixed_from IN ('compute', 'profile', 'calibration')) AND (role = 'equal-time' OR fixed_from IS NULL)
);
UPDATE arms SET fixed_from = steps_from;
ALTER TABLE arms DROP COLUMN steps_from;
ALTER TABLE arms RENAME COLUMN fixed_from TO steps_from;

-- Blocks that are sent only once others are over. One that is over has no row in blocks any more.
CREATE TABLE block_waits (
  block_id INTEGER NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
  after_id INTEGER NOT NULL REFERENCES blocks (id) ON DELETE CASCADE,
  PRIMARY KEY (block_id, after_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_waits_after ON block_waits (after_id);
