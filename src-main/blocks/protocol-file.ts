import type { z } from 'zod';
import { toJson } from '#core/numbers.ts';
import { writeDurably } from '../files/durable-file.ts';
import type { FileLimit } from '../files/ordinary-file.ts';
import { readReplaced } from '../files/replaced-file.ts';

const LIMIT: FileLimit = { what: 'the file of a block', mostBytes: 2 ** 24, missing: (path) => `There is no ${path}.` };

/** The content of a file of a block; null where there is none that can be read now. */
export function readProtocolFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  return readReplaced(path, schema, LIMIT);
}

/** Puts a file in the place of the one before, whole. `writer` tells two writers apart. Throws what `writeDurably` throws. */
export function writeProtocolFile(path: string, content: unknown, writer: number): Promise<void> {
  return writeDurably(path, Buffer.from(`${toJson(content)}\n`), { writer });
}
