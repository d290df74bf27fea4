import { AppError, messageOf } from '#core/errors.ts';
import { networkOf } from '#core/network/network.ts';
import { type Policy, policyKindOf } from '#core/policy/policy.ts';
import type { ResolvedRunSpec, StoredBase } from '#core/run.ts';
import type { Connection } from './database.ts';

/** Sentences that are kept; a damaged table may have a million wrong rows. */
const MOST_SENTENCES = 100;

const byConnection = new WeakMap<Connection, UnreadableRows>();

/** The rows of a database that this version cannot read: lists leave them out, and say so. */
export class UnreadableRows {
  readonly #sentences = new Map<string, string>();

  /** Those that were met on this connection. */
  static of(database: Connection): UnreadableRows {
    const known = byConnection.get(database) ?? new UnreadableRows();
    byConnection.set(database, known);
    return known;
  }

  get sentences(): readonly string[] {
    return [...this.#sentences.values()];
  }

  /** What the rows say, without those that cannot be read. `nameOf` completes "… cannot be read": "Run 4k2h". */
  readAll<Row, Item>(rows: readonly Row[], nameOf: (row: Row) => string, read: (row: Row) => Item): Item[] {
    return rows.flatMap((row) => {
      try {
        const item = read(row);
        this.#sentences.delete(nameOf(row));
        return [item];
      } catch (error) {
        this.#note(nameOf(row), error);
        return [];
      }
    });
  }

  #note(name: string, error: unknown): void {
    if (this.#sentences.size < MOST_SENTENCES) this.#sentences.set(name, unreadableSentence(name, error));
  }
}

function unreadableSentence(name: string, error: unknown): string {
  const reason = error instanceof AppError ? error.message.replace(/\.$/, '') : messageOf(error);
  return `${name} cannot be read and is left out: ${reason}.`;
}

const COUNTS = ['train', 'validation', 'test', 'epochs', 'batchSize'] as const;

/** The spec of a stored run. Throws where the rest of the program could not work with it; checking the whole schema takes too long. */
export function storedSpec(text: string): ResolvedRunSpec {
  const spec = storedBase(text) as ResolvedRunSpec;
  policyKindOf(spec.policy);
  if (!Number.isSafeInteger(spec.seed)) throw wrongSpec('seed');
  for (const key of COUNTS) if (!Number.isSafeInteger(spec[key])) throw wrongSpec(key);
  return spec;
}

/** The policy of a stored arm. Throws for a kind that this version does not have. */
export function storedPolicy(text: string): Policy {
  const policy = JSON.parse(text) as Policy;
  policyKindOf(policy);
  return policy;
}

/** The base of a stored study. Throws as `storedSpec` does. */
export function storedBase(text: string): StoredBase {
  const base = JSON.parse(text) as Partial<StoredBase>;
  const { model, optimizer, dataset, epochs } = base;
  if (model === undefined) throw wrongSpec('model');
  networkOf(model);
  if (typeof optimizer !== 'object') throw wrongSpec('optimizer');
  if (dataset === undefined) throw wrongSpec('dataset');
  if (!Number.isSafeInteger(epochs)) throw wrongSpec('epochs');
  return base as StoredBase;
}

function wrongSpec(key: string): AppError {
  return new AppError('corrupt', `"${key}" of its spec is missing or not valid`);
}
