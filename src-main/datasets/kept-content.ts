import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetContent } from '#core/data/dataset-content.ts';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { allocateLabels } from '#core/data/image-memory.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { parsedSafely } from '#core/validation.ts';
import { cacheFolder } from '../setup/installed.mjs';
import { placeText, readJsonFile } from '../setup/placing.mjs';

/** To be raised when a new version reads other images from the same files, or keeps something else. */
const FORMAT = 3;

const hash = z.string().length(64);

const count = z.int().min(0);

const infoSchema: z.ZodType<DatasetInfo> = z.object({
  training: count,
  test: count,
  validation: count,
  height: count,
  width: count,
  channels: count,
  classes: count,
});

/** The files as they were read. */
const filesSchema = z.object({
  /** What was at each path; null for a folder of images. */
  paths: z.record(z.string(), z.string()).nullable(),
  /** The version of the list of image files; null for other data. */
  version: z.string().nullable(),
  /** What lies below a folder of images, for a quicker look; null for other data, and where it would not tell of every change. */
  tree: z.string().nullable().default(null),
});

const keptSchema = z.object({
  format: z.literal(FORMAT),
  ...filesSchema.shape,
  info: infoSchema,
  hashes: z.object({ sha256: hash, withValidation: hash.nullable() }),
  /** Labels are less than 65,536: two bytes each, in base64. */
  labels: z.object({ training: z.base64(), validation: z.base64().nullable(), test: z.base64() }),
  classNames: z.array(z.string()).nullable(),
  equalImages: z.array(z.array(count)),
  skipped: z.array(
    z.object({
      reason: z.string(),
      files: count,
      total: count,
      first: z.array(z.object({ path: z.string(), files: count })),
    }),
  ),
});

export interface KeptContent extends z.infer<typeof filesSchema> {
  readonly content: DatasetContent;
}

/** What the cache keeps of the data set, whether its files are still the same or not; null where it keeps nothing. */
export function keptContent(location: DatasetLocation): KeptContent | null {
  const read = parsedSafely(keptSchema, readJsonFile(pathFor(location)));
  if (!read.success) return null;
  const { version, paths, tree, labels, format: _, ...facts } = read.data;
  const { training, validation, test } = labels;
  const unpacked = {
    training: unpack(training),
    validation: validation === null ? null : unpack(validation),
    test: unpack(test),
  };
  return { version, paths, tree, content: { ...facts, labels: unpacked } };
}

/** Replaces what was kept of the data set. */
export function keepContent(location: DatasetLocation, { content, version, paths, tree }: KeptContent): void {
  const { training, validation, test } = content.labels;
  const labels = {
    training: pack(training),
    validation: validation === null ? null : pack(validation),
    test: pack(test),
  };
  placeText(pathFor(location), JSON.stringify({ ...content, labels, version, paths, tree, format: FORMAT }));
}

/** One file for each location and the ways to read it. */
function pathFor(location: DatasetLocation): string {
  const sorted = Object.entries(location).sort(([one], [other]) => (one < other ? -1 : 1));
  const name = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32);
  return join(cacheFolder(), 'contents', `${name}.json`);
}

function pack(labels: Int32Array): string {
  return Buffer.from(Uint16Array.from(labels).buffer).toString('base64');
}

function unpack(text: string): Int32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  const stored = new Uint16Array(bytes.buffer);
  const labels = allocateLabels(stored.length);
  labels.set(stored);
  return labels;
}
