-- Points of test error that a policy may cost and still count as not worse than the baseline.
ALTER TABLE studies ADD COLUMN margin REAL NOT NULL DEFAULT 0.5 CHECK (margin > 0 AND margin <= 100);
