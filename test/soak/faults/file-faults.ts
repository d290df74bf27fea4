import * as nodeModule from 'node:module';
import type { FaultDraws } from './fault-draws.ts';
import type { Aim, Blow } from './struck-calls.ts';
import { replace, struckAtOnce, struckCallback, struckPromise } from './struck-calls.ts';

type FileFault = 'EIO' | 'ENOSPC' | 'EMFILE' | 'EACCES' | 'delay' | 'short' | 'torn' | 'after';

const LONGEST_DELAY_MS = 300;
const ERRORS: Readonly<Record<string, readonly [number: number, text: string]>> = {
  EIO: [-5, 'i/o error'],
  EACCES: [-13, 'permission denied'],
  EMFILE: [-24, 'too many open files'],
  ENOSPC: [-28, 'no space left on device'],
};

const LOOKED_AT: readonly FileFault[] = ['delay', 'EIO', 'EACCES'];
const OPENED: readonly FileFault[] = ['delay', 'EIO', 'EACCES', 'EMFILE'];
const CHANGED: readonly FileFault[] = ['delay', 'EIO', 'EACCES', 'ENOSPC'];
/** It is closed whatever is said. */
const CLOSED: readonly FileFault[] = ['delay', 'after'];
const SYNCED: readonly FileFault[] = ['delay', 'EIO', 'ENOSPC'];

/** Operations whose first argument is a path, and what may become of them. */
const BY_PATH: Readonly<Record<string, readonly FileFault[]>> = {
  ...{ open: OPENED, opendir: OPENED, readdir: OPENED, readFile: ['delay', 'EIO', 'EMFILE'] },
  ...{
    stat: LOOKED_AT,
    lstat: LOOKED_AT,
    access: LOOKED_AT,
    realpath: LOOKED_AT,
    readlink: LOOKED_AT,
    statfs: LOOKED_AT,
  },
  ...{ chmod: LOOKED_AT, utimes: LOOKED_AT, rm: LOOKED_AT, unlink: LOOKED_AT, rmdir: LOOKED_AT },
  ...{ mkdir: CHANGED, mkdtemp: CHANGED, rename: CHANGED, link: CHANGED, symlink: CHANGED, truncate: CHANGED },
  ...{ copyFile: CHANGED, writeFile: [...CHANGED, 'EMFILE', 'torn'], appendFile: [...CHANGED, 'EMFILE', 'torn'] },
};
/** Operations on open files, by their names as functions and as methods of a handle. */
const BY_FILE: readonly (readonly [name: string | null, method: string | null, faults: readonly FileFault[]])[] = [
  ['read', 'read', ['delay', 'EIO', 'short']],
  ['write', 'write', ['delay', 'EIO', 'ENOSPC', 'short']],
  ['readv', 'readv', ['delay', 'EIO']],
  ['writev', 'writev', SYNCED],
  [null, 'readFile', ['delay', 'EIO']],
  [null, 'writeFile', [...SYNCED, 'torn']],
  [null, 'appendFile', [...SYNCED, 'torn']],
  ['fsync', 'sync', SYNCED],
  ['fdatasync', 'datasync', SYNCED],
  ['ftruncate', 'truncate', SYNCED],
  ['fstat', 'stat', ['delay', 'EIO']],
  ['close', null, CLOSED],
];
const WRITING_FLAGS = /[wa+]/;

/** Strikes the functions of node:fs, with callbacks, with promises and without either, and the methods of file handles. */
export async function strikeFiles(draws: FaultDraws): Promise<void> {
  const require = nodeModule.createRequire(import.meta.url);
  const files: typeof import('node:fs') = require('node:fs');
  const handle = await files.promises.open('/dev/null', 'r');
  await handle.close();
  new StruckFiles(draws).install(files, Object.getPrototypeOf(handle));
}

class StruckFiles {
  readonly #draws: FaultDraws;
  readonly #paths = new Map<unknown, string>();
  readonly #handles = new WeakMap<object, string>();

  constructor(draws: FaultDraws) {
    this.#draws = draws;
  }

  install(files: typeof import('node:fs'), handle: object): void {
    for (const [name, faults] of Object.entries(BY_PATH)) {
      const aim = this.#aimAtPath(name, faults);
      replace(files, `${name}Sync`, (original) => struckAtOnce(original, aim));
      replace(files, name, (original) => struckCallback(original, aim));
      if (name in files.promises) replace(files.promises, name, (original) => struckPromise(original, aim));
    }
    for (const [name, method, faults] of BY_FILE) {
      if (name !== null) {
        const aim = this.#aimAtFile(name, faults, ([file]) => this.#paths.get(file));
        replace(files, `${name}Sync`, (original) => struckAtOnce(original, aim));
        replace(files, name, (original) => struckCallback(original, aim));
      }
      if (method === null) continue;
      const aim = this.#aimAtFile(method, faults, (_, self) => this.#pathOfHandle(self));
      replace(handle, method, (original) => struckPromise(original, aim));
    }
    this.#strikeExists(files);
    this.#noteOpened(files);
  }

  /** It has no way to fail: whatever the disk says, it answers that nothing is there. */
  #strikeExists(files: typeof import('node:fs')): void {
    replace(files, 'existsSync', (exists) => (...input) => {
      const path = this.#draws.struckPath(input[0]);
      const isStruck = path !== null && this.#strike('exists', path, ['EIO']) !== null;
      return !isStruck && exists(...input);
    });
  }

  #aimAtPath(name: string, faults: readonly FileFault[]): Aim {
    return (input) => {
      const path = this.#draws.struckPath(input[0]);
      if (path === null) return null;
      const isWritten = name === 'open' && WRITING_FLAGS.test(String(input[1] ?? 'r'));
      const kind = this.#strike(name, path, isWritten ? [...faults, 'ENOSPC'] : faults);
      return kind && this.#blow(kind, { name, path, input, data: 1 });
    };
  }

  #aimAtFile(
    name: string,
    faults: readonly FileFault[],
    pathOf: (input: readonly unknown[], self: unknown) => string | undefined,
  ): Aim {
    return (input, self) => {
      const path = pathOf(input, self);
      if (path === undefined) return null;
      const kind = this.#strike(name, path, faults);
      return kind && this.#blow(kind, { name, path, input, data: typeof input[0] === 'number' ? 1 : 0 });
    };
  }

  #strike(name: string, path: string, faults: readonly FileFault[]): FileFault | null {
    return this.#draws.strike({ target: 'files', name, path }, faults);
  }

  #blow(kind: FileFault, call: FileCall): Blow {
    const { name, path, input } = call;
    if (kind === 'delay') {
      const delayMs = Math.ceil(this.#draws.uniform(`delay ${name} ${path}`) * LONGEST_DELAY_MS);
      return { delayMs, input, error: null };
    }
    if (kind === 'short') return { delayMs: 0, input: shortened(call), error: null };
    if (kind === 'torn') return { delayMs: 0, input: torn(call), error: systemError('ENOSPC', call) };
    if (kind === 'after') return { delayMs: 0, input, error: systemError('EIO', call) };
    return { delayMs: 0, input: null, error: systemError(kind, call) };
  }

  #pathOfHandle(self: unknown): string | undefined {
    return typeof self === 'object' && self !== null ? this.#handles.get(self) : undefined;
  }

  /** Keeps the paths of the files that are open; a number is given again once its file is closed. */
  #noteOpened(files: typeof import('node:fs')): void {
    const note = (file: unknown, path: unknown) => {
      const struck = this.#draws.struckPath(path);
      if (struck === null) this.#paths.delete(file);
      else this.#paths.set(file, struck);
    };
    replace(files, 'openSync', (open) => (...input) => {
      const file = open(...input);
      note(file, input[0]);
      return file;
    });
    replace(files, 'open', (open) => (...input) => {
      const callback = input.at(-1);
      if (typeof callback !== 'function') return open(...input);
      return open(...input.slice(0, -1), (error: unknown, file: unknown) => {
        if (error === null) note(file, input[0]);
        callback(error, file);
      });
    });
    replace(files.promises, 'open', (open) => async (...input) => {
      const handle = await open(...input);
      const path = this.#draws.struckPath(input[0]);
      if (path === null || typeof handle !== 'object' || handle === null) return handle;
      this.#handles.set(handle, path);
      // Unlike the other methods, each handle has its own.
      const aim = this.#aimAtFile('close', CLOSED, () => path);
      replace(handle, 'close', (close) => struckPromise(close, aim));
      return handle;
    });
  }
}

interface FileCall {
  readonly name: string;
  readonly path: string;
  readonly input: readonly unknown[];
  /** Where the data are among the arguments. */
  readonly data: number;
}

/** The call for about half of the bytes, as a system call may serve it. */
function shortened({ input, data }: FileCall): readonly unknown[] {
  const buffer = input[data];
  if (!ArrayBuffer.isView(buffer)) return input;
  const given: unknown = input[data + 1];
  const isOptions = typeof given === 'object' && given !== null;
  const part = (name: string, place: number): unknown => (isOptions ? Reflect.get(given, name) : input[data + place]);
  const offset = Number(part('offset', 1) ?? 0);
  const length = Number(part('length', 2) ?? buffer.byteLength - offset);
  const half = Math.max(Math.min(length, 1), Math.floor(length / 2));
  return [...input.slice(0, data + 1), offset, half, part('position', 3) ?? null];
}

/** The call for the first half of what should be written. */
function torn({ input, data }: FileCall): readonly unknown[] {
  const content = input[data];
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (!(bytes instanceof Uint8Array)) return input;
  return input.with(data, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

function systemError(code: string, { name, path }: FileCall): Error {
  const [errno, text] = ERRORS[code];
  const syscall = name === 'sync' ? 'fsync' : name;
  return Object.assign(new Error(`${code}: ${text}, ${syscall} '${path}'`), { errno, code, syscall, path });
}
