import type { Database } from 'better-sqlite3';
import { quotedName } from '#core/analysis/name-list.ts';
import { AppError } from '#core/errors.ts';
import { restoreAdvice } from './backup-files.ts';
import { OwnerSums } from './owner-sums.ts';
import { ownerKey, type SumOwner } from './row-owner.ts';
import { hasSums } from './row-sums.ts';

/** Refuses to read rows that are not as they were stored. What was found intact is looked at again once it changes. */
export class VerifiedRows {
  readonly #database: Database;
  readonly #sums: OwnerSums | null;
  readonly #studyKey;
  readonly #arms;
  readonly #intact = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#sums = hasSums(database) ? new OwnerSums(database) : null;
    this.#studyKey = database.prepare<[string], number>('SELECT id FROM studies WHERE public_id = ?').pluck();
    this.#arms = database.prepare<[number], number>('SELECT id FROM arms WHERE study_id = ?').pluck();
  }

  /** Throws 'corrupt' unless the run and all that it reported are as they were stored. A run that trains is looked at when it ends. */
  run({ id, public_id, status }: { readonly id: number; readonly public_id: string; readonly status: string }): void {
    if (status === 'running' || this.#isIntact({ kind: 'run', id })) return;
    throw this.#damaged(`the run ${public_id} is not as it was stored`);
  }

  /** Throws 'corrupt' unless the study, its arms and the list of their runs are as they were stored. */
  study(publicId: string, name: string): void {
    const id = this.#studyKey.get(publicId);
    if (id === undefined) return;
    const owners: readonly SumOwner[] = [
      { kind: 'study', id },
      ...this.#arms.all(id).map((arm) => ({ kind: 'arm', id: arm })),
    ];
    if (owners.every((owner) => this.#isIntact(owner))) return;
    throw this.#damaged(`the study ${quotedName(name)} or the list of its runs is not as it was stored`);
  }

  #isIntact(owner: SumOwner): boolean {
    if (this.#sums === null) return true;
    const key = ownerKey(owner);
    const stored = this.#sums.storedSum(owner);
    if (this.#intact.get(key) === stored) return true;
    if (!this.#sums.isIntact(owner)) return false;
    this.#intact.set(key, stored);
    return true;
  }

  #damaged(what: string): AppError {
    const path = this.#database.name;
    return new AppError('corrupt', `${path} is damaged (${what}): ${restoreAdvice(path)}.`);
  }
}
