-- What a run trains, validates and tests on. NULL for runs of version 0.1.0, which did not record it.

-- SHA-256 over sizes, pixels and labels, also of imported runs.
ALTER TABLE runs ADD COLUMN data_sha256 TEXT CHECK (length(data_sha256) = 64);
-- Where these data were when the run was planned; NULL for imported runs.
ALTER TABLE runs ADD COLUMN data_location TEXT CHECK (json_valid(data_location));
