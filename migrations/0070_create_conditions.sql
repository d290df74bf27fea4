-- What else a machine did while runs trained on it, so that times that do not compare are known. NULL is unknown.

ALTER TABLE environments ADD COLUMN processor TEXT NOT NULL DEFAULT 'unknown';
-- Logical processors and bytes of memory of the whole machine.
ALTER TABLE environments ADD COLUMN cores INTEGER CHECK (cores > 0);
ALTER TABLE environments ADD COLUMN memory_bytes INTEGER CHECK (memory_bytes > 0);

-- Cores that other processes kept busy while the epoch trained, on average.
ALTER TABLE epochs ADD COLUMN other_load REAL CHECK (other_load >= 0);
-- For which a quota held the trainer's threads back, added over them.
ALTER TABLE epochs ADD COLUMN throttled_seconds REAL CHECK (throttled_seconds >= 0);
-- How often a core was slowed down since it was too hot, added over them.
ALTER TABLE epochs ADD COLUMN thermal_throttles INTEGER CHECK (thermal_throttles >= 0);
-- Mean over the cores, when the epoch's training ended.
ALTER TABLE epochs ADD COLUMN frequency_mhz REAL CHECK (frequency_mhz >= 0);

-- Of the epochs where it is known: the means weighted by training time, the sums plain.
ALTER TABLE runs ADD COLUMN other_load REAL;
ALTER TABLE runs ADD COLUMN throttled_seconds REAL;
ALTER TABLE runs ADD COLUMN thermal_throttles INTEGER;
ALTER TABLE runs ADD COLUMN frequency_mhz REAL;
