-- On a cluster, the scheduler's names of the node and of the job. NULL where there is no scheduler.
ALTER TABLE environments ADD COLUMN node_name TEXT CHECK (node_name <> '');
ALTER TABLE environments ADD COLUMN job TEXT CHECK (job <> '');
-- The graphics card, as JSON: model, uuid, driver, clockMHz, memoryClockMHz. NULL where none trained, or nothing is told of it.
ALTER TABLE environments ADD COLUMN gpu TEXT CHECK (json_valid(gpu));
