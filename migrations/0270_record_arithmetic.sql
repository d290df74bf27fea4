-- How products were computed, such as "bf16, casts in the graph on AVX-512 BF16". NULL: in float32, or not recorded.
ALTER TABLE environments ADD COLUMN arithmetic TEXT CHECK (arithmetic <> '');
