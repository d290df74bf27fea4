import { AppError } from '#core/errors.ts';

/** Where a text stands, in the words of a sentence: the column, and whose it is. */
export interface ColumnPlace {
  readonly column: string;
  readonly row: string;
}

/** The value of a column of JSON, as this program wrote it. Throws 'corrupt' for any other text. */
export function columnJson<Value>(text: string, place: ColumnPlace): Value {
  return readColumn(place, () => JSON.parse(text) as Value);
}

/** Runs `read` on what a column holds; whatever it throws becomes 'corrupt', and names the place. */
export function readColumn<Value>({ column, row }: ColumnPlace, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const problem = `The database is damaged: ${column} of ${row} cannot be read`;
    throw new AppError('corrupt', `${problem}. Restore a backup with \`lab backups restore\`.`, { cause: error });
  }
}
