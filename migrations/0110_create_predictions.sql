-- How the trained networks classified the images of a split. A run of an older version has no row.

CREATE TABLE predictions (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('validation', 'test')),
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  classes INTEGER NOT NULL CHECK (classes > 0),
  images INTEGER NOT NULL CHECK (images >= 0),
  errors INTEGER NOT NULL CHECK (errors BETWEEN 0 AND images),
  -- Mean recall over the classes that have images, a fraction; NULL where no class has any.
  balanced_accuracy REAL,
  -- Images whose class is not among the five with the largest logits; NULL where that was not counted.
  top_five_errors INTEGER CHECK (top_five_errors BETWEEN 0 AND images),
  -- Deflated (zlib) JSON: the names of the classes, the images of each class, and a row of the confusion matrix for each true
  -- class, which maps the indices of predicted classes to numbers of images.
  matrix BLOB NOT NULL,
  UNIQUE (run_id, split)
) STRICT;
