-- Where the runs of a search train: a machine, what makes a block there and how long its jobs may last, as JSON; null for here.
ALTER TABLE searches ADD COLUMN destination TEXT CHECK (destination IS NULL OR json_valid(destination));
