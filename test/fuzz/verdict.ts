import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '#core/errors.ts';
import type { FuzzTarget } from './fuzz-target.ts';

/** The longest that a reader may work on any input. */
const MOST_SECONDS = 5;
/** It may wait longer, since the machine may be busy with other work. */
const MOST_WAIT_SECONDS = 60;
const LONGEST_SENTENCE = 2100;

/** What is wrong with how a reader took an input; null where it read it, or refused it in one sentence. */
export async function verdictOn(target: FuzzTarget, bytes: Uint8Array, folder: string): Promise<string | null> {
  const before = process.cpuUsage();
  const stop = new AbortController();
  try {
    const late = sleep(1000 * MOST_WAIT_SECONDS, 'late', { signal: stop.signal });
    late.catch(() => undefined);
    const end = await Promise.race([read(target, bytes, folder), late]);
    if (end === 'late') return `has not ended after ${MOST_WAIT_SECONDS} s`;
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) return problem;
  } finally {
    stop.abort();
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  return seconds > MOST_SECONDS ? `worked for ${seconds.toFixed(1)} s` : null;
}

async function read(target: FuzzTarget, bytes: Uint8Array, folder: string): Promise<void> {
  await target.read(bytes, folder);
}

function problemOf(error: unknown): string | null {
  if (!(error instanceof AppError)) return `threw ${error instanceof Error ? error.stack : messageOf(error)}`;
  const { code, message } = error;
  if (code === 'internal') return `calls it internal: ${message}`;
  if (message.length > LONGEST_SENTENCE) return `needs ${message.length} letters: ${message.slice(0, 200)}`;
  return /^[^\r\n]+\.$/.test(message) ? null : `does not answer in one sentence: ${message}`;
}
