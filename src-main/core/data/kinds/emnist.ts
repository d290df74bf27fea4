const DIGITS = [...'0123456789'];
const CAPITALS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** The lower-case letters that are no class of their own with their capitals: c, i, j, ... look alike. */
const MERGED = [...DIGITS, ...CAPITALS, ...'abdefghnqrt'];

/** EMNIST's sets with the names of their classes: Cohen, Afshar, Tapson and van Schaik, "EMNIST", 2017, and its mapping files. */
export const EMNIST_SETS: Readonly<Record<string, readonly string[]>> = {
  balanced: MERGED,
  byclass: [...DIGITS, ...CAPITALS, ...'abcdefghijklmnopqrstuvwxyz'],
  bymerge: MERGED,
  digits: DIGITS,
  letters: CAPITALS,
  mnist: DIGITS,
};

/** The set whose labels begin at 1, in all of its files. */
export const COUNTED_FROM_ONE = 'letters';
