import { open, rename } from 'node:fs/promises';
import type { z } from 'zod';
import { AppError } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { toJson } from '#core/numbers.ts';
import type { FileLimit } from '../files/ordinary-file.ts';
import { readOrdinary } from '../files/ordinary-file.ts';

const LIMIT: FileLimit = { what: 'the file of a block', mostBytes: 2 ** 26, missing: (path) => `There is no ${path}.` };

/** The content of a file that one process replaces and others read; null where there is none that can be read now. */
export async function readProtocolFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  try {
    const parsed = schema.safeParse(jsonOf((await readOrdinary(path, LIMIT)).toString()));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // On a network's disk a file that is being replaced may be neither there nor gone: the next look will tell.
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Puts a file in the place of the one before, whole. `writer` tells the temporary files of two writers apart. */
export async function writeProtocolFile(path: string, content: unknown, writer: number): Promise<void> {
  const temporary = `${path}.${writer}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${toJson(content)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
