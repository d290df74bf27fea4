-- Version 0.1.0 always held out the last images of the training file, and its specs did not say so.
UPDATE runs SET spec = json_set(spec, '$.split', 'in-order') WHERE spec ->> '$.split' IS NULL;
UPDATE studies SET base = json_set(base, '$.split', 'in-order') WHERE base ->> '$.split' IS NULL;

-- The classes that a part of the run's images lacks; NULL where they were not counted, as in version 0.1.0.
ALTER TABLE runs ADD COLUMN class_gaps TEXT CHECK (json_valid(class_gaps));
