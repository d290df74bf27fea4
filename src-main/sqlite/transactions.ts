import type { Connection } from './database.ts';
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

  write<Result>(work: () => Result): Result {
    return withAppErrors(this.#database.name, () => this.#database.transaction(work).immediate());
  }
}
