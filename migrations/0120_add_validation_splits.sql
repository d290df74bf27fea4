-- Images in the validation split that the data bring: none of those that version 0.1.0 added.
ALTER TABLE datasets ADD COLUMN validation INTEGER NOT NULL DEFAULT 0 CHECK (validation >= 0);
