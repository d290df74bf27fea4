-- For each owner, the sum of the checksums (CRC-32) of its rows, modulo 2^48: rows that changed on the disk are found by it. The
-- program keeps it in each transaction that changes rows. Owners are runs, studies, arms (the runs that they have), and, with the
-- id 0, other tables by name and the objects of the schema ("schema " and the name). No row means 0.
CREATE TABLE checksums (
  kind TEXT NOT NULL CHECK (kind <> ''),
  id INTEGER NOT NULL,
  sum INTEGER NOT NULL CHECK (sum > 0),
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
