import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { app } from 'electron';
import { hashOf } from '#core/deep-link.ts';

/** What the arguments of a start ask for besides its options. */
export interface Handed {
  /** A page of the app, as a link names it. */
  readonly hash?: string;
  readonly paths: readonly string[];
}

/** The files and the link among the arguments; `folder` is where relative paths begin. */
export function handedTo(args: readonly string[], folder: string): Handed {
  const options = { home: { type: 'string' } } as const;
  const { positionals } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true });
  // Electron that was not packaged gets the folder of the app as an argument of its own.
  const handed = positionals.filter((one) => resolve(folder, one) !== app.getAppPath() && one !== process.execPath);
  const hashes = handed.flatMap((one) => hashOf(one) ?? []);
  const paths = handed.filter((one) => hashOf(one) === null).map((one) => resolve(folder, one));
  return { paths, ...(hashes[0] === undefined ? {} : { hash: hashes[0] }) };
}

/** What the system asks the app to open, on macOS also before the app is ready: kept until somebody receives it. */
export class HandedOver {
  #waiting: Handed[] = [];
  #receive: ((handed: Handed) => void) | null = null;

  constructor() {
    app.on('open-file', (event, path) => this.#take(event, path));
    app.on('open-url', (event, link) => this.#take(event, link));
  }

  follow(receive: (handed: Handed) => void): void {
    this.#receive = receive;
    for (const handed of this.#waiting.splice(0)) receive(handed);
  }

  #take(event: { preventDefault(): void }, handed: string): void {
    event.preventDefault();
    const taken = handedTo([handed], process.cwd());
    if (this.#receive === null) this.#waiting.push(taken);
    else this.#receive(taken);
  }
}
