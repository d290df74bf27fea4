import type { Connection } from './database.ts';
import { sumsOf } from './row-sums.ts';
import { withAppErrors } from './sqlite-error.ts';

/** Runs every request as one transaction, and turns errors that come from a state of the world into AppErrors. */
export class Transactions {
  readonly #database: Connection;

  constructor(database: Connection) {
    this.#database = database;
  }

  read<Result>(work: () => Result): Result {
    return withAppErrors(this.#database.name, () => this.#database.transaction(work).deferred());
  }

  /** Stores the checksums of the changed rows in the same transaction. */
  write<Result>(work: () => Result): Result {
    const sums = sumsOf(this.#database);
    try {
      return withAppErrors(this.#database.name, () =>
        this.#database
          .transaction(() => {
            const result = work();
            sums?.store();
            return result;
          })
          .immediate(),
      );
    } finally {
      // What is left was noted by a transaction that failed.
      sums?.discard();
    }
  }

  /** A part of a writing transaction that can fail by itself: then its rows and their checksums are as before. */
  part<Result>(work: () => Result): Result {
    const sums = sumsOf(this.#database);
    sums?.store();
    try {
      return this.#database.transaction(work)();
    } catch (error) {
      sums?.discard();
      throw error;
    }
  }
}
