import type { z } from 'zod';
import { AppError } from '#core/errors.ts';
import { boundedJsonOf } from '#core/json-of.ts';
import { parsedSafely } from '#core/validation.ts';
import { type FileLimit, readOrdinary } from './ordinary-file.ts';

/** The content of a file of JSON that one process replaces and others read; null where there is none that can be read now. */
export async function readReplaced<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  limit: FileLimit,
): Promise<z.output<Schema> | null> {
  try {
    const parsed = parsedSafely(schema, boundedJsonOf(await readOrdinary(path, limit)));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // On a network's disk a file that is being replaced may be neither there nor gone: the next look will tell.
    if (error instanceof AppError) return null;
    throw error;
  }
}
