import type { FileLimit } from './ordinary-file.ts';

// How large a file of each kind may be. Files that are read piece by piece have no limit of their own; what is kept of them has one.

const MEBIBYTE = 2 ** 20;

/** Specs and lists of arms: JSON may take twenty times its length in memory. */
export const SPEC_LIMIT: FileLimit = {
  what: 'the spec',
  mostBytes: MEBIBYTE,
  missing: (path) => `There is no file ${path}: check the path.`,
};

/** Lines of run events. */
export const EVENT_LINES_LIMIT: FileLimit = {
  what: 'the file of event lines',
  mostBytes: Number.POSITIVE_INFINITY,
  missing: (path) => `There is no file ${path}: check the path.`,
};

/** Weights: more than any network here has, even in double precision and with the slots of its optimizer. */
export const WEIGHTS_LIMIT: FileLimit = {
  what: 'the safetensors file',
  mostBytes: 2 ** 31,
  missing: (path) => `There is no file ${path}.`,
};

/** The record of a checkpoint, with the last events before it, one of which may count the predictions for a thousand classes. */
export const RECORD_LIMIT: FileLimit = {
  what: 'the record of the checkpoint',
  mostBytes: 16 * MEBIBYTE,
  missing: (path) => `There is no file ${path}.`,
};

const missingData = (path: string): string => `${path} does not exist: check the path of the data set.`;

/** Arrays, archives and folders' files, of which headers and labels are kept in memory, and pixels where they fit. */
export const DATA_LIMIT: FileLimit = {
  what: 'the data file',
  mostBytes: Number.POSITIVE_INFINITY,
  missing: missingData,
};

/** A data file that is read as a whole: Node reads at most this much into one buffer. */
export const WHOLE_DATA_LIMIT: FileLimit = { what: 'the data file', mostBytes: 2 ** 31 - 1, missing: missingData };

/** One image: the largest cameras write about 200 MB. */
export const IMAGE_LIMIT: FileLimit = { what: 'the image', mostBytes: 256 * MEBIBYTE, missing: missingData };

/** What a trainer wrote, of which only the end is read at once. */
export const LOG_LIMIT: FileLimit = {
  what: 'the log',
  mostBytes: Number.POSITIVE_INFINITY,
  missing: (path) => `There is no log ${path}: the run was not trained here.`,
};

/** Lists of names, classes or labels as text. */
export const LIST_LIMIT: FileLimit = { what: 'the list', mostBytes: 16 * MEBIBYTE, missing: missingData };

/** Notes of ours, next to what they are about. */
export const NOTE_LIMIT: FileLimit = {
  what: 'the note',
  mostBytes: MEBIBYTE,
  missing: (path) => `There is no file ${path}.`,
};
