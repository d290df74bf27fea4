import type { Connection } from './database.ts';
import { withAppErrors } from './sqlite-error.ts';

/** Every request is one transaction, and what it throws is an AppError where it tells a state of the world. */
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
