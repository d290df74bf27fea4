import { z } from 'zod';
import { jsonOf } from '../json-of.ts';
import { parsedSafely } from '../validation.ts';

// What `lab dial-stdio` says before it passes on the bytes of the contract: who reads skips whatever start-up files of a shell have printed before.

/**
 * The number of the contract as programs of several versions speak it with each other. It is raised with every change by which a client or an owner
 * of the number before would misunderstand the other; what is only added needs none.
 */
export const CONTRACT_NUMBER = 2;

/** Begins the line, with the version of its form. */
const MARK = 'freezeout-lab/1 ';

const reachedSchema = z.object({
  /** Of the program that answers; the owner of the home behind it says its own contract itself. */
  version: z.string(),
  contract: z.int(),
  /** The folder of the home there. */
  home: z.string(),
});
const helloSchema = z.union([reachedSchema, z.object({ error: z.string() })]);

/** Where a line to the owner of a home leads to, or why there is none, in one sentence. */
export type Hello = z.infer<typeof helloSchema>;
export type ReachedLab = z.infer<typeof reachedSchema>;

/** Begins with the end of a line, since what was printed before may have none. */
export function helloText(hello: Hello): string {
  return `\n${MARK}${JSON.stringify(hello)}\n`;
}

/** What a line says; null for any other line. */
export function helloIn(line: string): Hello | null {
  if (!line.startsWith(MARK)) return null;
  return parsedSafely(helloSchema, jsonOf(line.slice(MARK.length))).data ?? null;
}
