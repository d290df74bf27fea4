/** The names of the files for Python, and of their lists, by the names of the binary version. */
export interface PythonNames {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  /** The lists of labels, in the order of a record's label bytes. */
  readonly labelLists: readonly string[];
  readonly namesList: string;
}
