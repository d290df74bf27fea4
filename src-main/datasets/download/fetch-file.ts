import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownFile } from '#core/data/known/known-dataset.ts';
import { AppError } from '#core/errors.ts';
import { errorCodeOf, isFullDisk } from '#core/system-error.ts';
import { wrongBytes } from './checksum.ts';
import { partPath, sizeOf } from './dataset-place.ts';
import { type FileAnswer, type HttpSource, RANGE_REFUSED } from './http-source.ts';
import { PartFile } from './part-file.ts';
import { SourceProblem } from './source-problem.ts';

/** So many attempts in a row may bring nothing before the next address is tried. */
const MOST_FAILURES = 4;
/** The second attempt waits this long, each further one twice as long as the one before. */
const FIRST_WAIT_MS = 1_000;
/** A file may be larger than the table says, but not without end. */
const MOST_OVERSIZE = 2;
const OVERSIZE_BYTES = 2 ** 20;

export interface Fetching {
  readonly source: HttpSource;
  readonly signal: AbortSignal;
  /** Called with the bytes of the file that are here. */
  readonly arrived: (bytes: number) => void;
  /** Called with the bytes of the file that were checked. */
  readonly checked: (bytes: number) => void;
  /** Default: a second. */
  readonly firstWaitMs?: number;
}

export interface WantedFile {
  readonly file: KnownFile;
  /** Where it can be had, in the order in which it is tried. */
  readonly addresses: readonly string[];
  /** The folder that it goes into. */
  readonly folder: string;
}

/** Whether an earlier call has brought the file and checked it. */
export function isFetched({ file, folder }: Pick<WantedFile, 'file' | 'folder'>): boolean {
  return sizeOf(join(folder, file.name)) !== null;
}

/**
 * Downloads a file into its folder, where it gets its name once its checksums fit. What has arrived stays there as a part, and the
 * next call goes on with it. Throws 'unavailable' where no address gives the file, 'corrupt' where one gives another file,
 * and 'no-space'.
 */
export async function fetchFile(wanted: WantedFile, fetching: Fetching): Promise<void> {
  if (isFetched(wanted)) return;
  const problems: string[] = [];
  let hasWrongBytes = false;
  for (const address of wanted.addresses) {
    const problem = await new FileFetch(wanted, fetching, address).run();
    if (problem === null) return;
    hasWrongBytes ||= problem instanceof WrongBytes;
    problems.push(`${new URL(address).host} ${problem.message}`);
  }
  const { name } = wanted.file;
  if (hasWrongBytes) {
    const advice = 'it was not kept; try again later, or from another network or a mirror (FREEZEOUT_LAB_MIRROR)';
    throw new AppError(
      'corrupt',
      `${name} could not be downloaded: ${problems.join('; ')}. What came is wrong: ${advice}.`,
    );
  }
  throw new AppError(
    'unavailable',
    `${name} could not be downloaded: ${problems.join('; ')}. Check the network, then try again: what has arrived is kept.`,
  );
}

/** The address gave bytes that are not the published ones. */
class WrongBytes extends SourceProblem {
  constructor(message: string) {
    super('refused', message);
  }
}

/** One file from one address. */
class FileFetch {
  readonly #wanted: WantedFile;
  readonly #fetching: Fetching;
  readonly #address: string;
  /** Whether the bytes that are here come from more than one answer. */
  #isPieced = false;
  #isWebPage = false;
  #hasStartedOver = false;

  constructor(wanted: WantedFile, fetching: Fetching, address: string) {
    this.#wanted = wanted;
    this.#fetching = fetching;
    this.#address = address;
  }

  /** Null once the file is there; else why this address does not give it. */
  async run(): Promise<SourceProblem | null> {
    let failures = 0;
    while (true) {
      const part = await PartFile.find(partPath(this.#wanted.folder, this.#wanted.file.name));
      const before = part.size;
      const outcome = await this.#attempt(part);
      if (outcome === 'kept') return null;
      if (outcome === 'wrong pieces') continue;
      failures = part.size > before ? 1 : failures + 1;
      if (outcome.kind === 'refused' || failures === MOST_FAILURES) return outcome;
      await this.#wait(failures, outcome.waitMs);
    }
  }

  async #attempt(part: PartFile): Promise<'kept' | 'wrong pieces' | SourceProblem> {
    try {
      if (part.size === 0 || part.size !== part.origin?.total) await this.#receive(part);
      return (await this.#keepIfRight(part)) ? 'kept' : 'wrong pieces';
    } catch (error) {
      // Where the disk fails, its first error says more than what follows from it.
      await part.close().catch(() => undefined);
      if (error instanceof SourceProblem) return error;
      throw withAdvice(error, part.path);
    }
  }

  #wait(failures: number, askedMs: number | null): Promise<void> {
    const { firstWaitMs = FIRST_WAIT_MS, signal } = this.#fetching;
    return sleep(askedMs ?? firstWaitMs * 2 ** (failures - 1), undefined, { signal });
  }

  /** Brings the part to its end. */
  async #receive(part: PartFile): Promise<void> {
    const answer = await this.#ask(part);
    const { total, validator } = answer;
    const origin = { address: this.#address, validator, total };
    this.#refuseOversize(total ?? 0);
    this.#isWebPage = answer.isWebPage;
    this.#isPieced = answer.start > 0;
    if (answer.start > 0) await part.goOn(origin);
    else await part.begin(origin);
    for await (const bytes of answer.body()) {
      await part.write(bytes);
      this.#refuseOversize(part.size);
      this.#fetching.arrived(part.size);
    }
    if (total !== null && part.size < total) throw new SourceProblem('passing', 'broke the connection');
  }

  /** Asks for what is missing, or for everything where what is here cannot belong to the file of this address. */
  async #ask(part: PartFile): Promise<FileAnswer> {
    const { source, signal } = this.#fetching;
    const isOurs = part.origin?.address === this.#address;
    const validator = isOurs ? (part.origin?.validator ?? null) : null;
    // Without a mark of the version, only the checksum tells whether two pieces belong together.
    const canResume = validator !== null || (part.origin !== null && this.#wanted.file.checksums.length > 0);
    const whole = { from: 0, validator: null };
    try {
      const answer = await source.open(this.#address, canResume ? { from: part.size, validator } : whole, signal);
      const hasChanged = answer.start > 0 && part.origin?.total !== answer.total;
      return hasChanged ? await source.open(this.#address, whole, signal) : answer;
    } catch (error) {
      const doesNotFit = error instanceof SourceProblem && error.message === RANGE_REFUSED && part.size > 0;
      if (!doesNotFit) throw error;
      await part.discard();
      return source.open(this.#address, whole, signal);
    }
  }

  #refuseOversize(bytes: number): void {
    const { file } = this.#wanted;
    if (bytes <= MOST_OVERSIZE * file.bytes + OVERSIZE_BYTES) return;
    throw new WrongBytes(`sends ${bytes} bytes or more, where about ${file.bytes} are expected`);
  }

  /** Throws away what is wrong. False, once, where it may be wrong because it was put together from pieces. */
  async #keepIfRight(part: PartFile): Promise<boolean> {
    await part.close();
    const { signal, checked } = this.#fetching;
    const wrong = await wrongBytes(part.path, this.#wanted.file, { signal, read: checked });
    if (wrong === null) {
      await part.finish(join(this.#wanted.folder, this.#wanted.file.name));
      return true;
    }
    const wasPieced = this.#isPieced || part.origin?.address !== this.#address;
    await part.discard();
    this.#isPieced = false;
    if (wasPieced && !this.#hasStartedOver) {
      this.#hasStartedOver = true;
      return false;
    }
    const page = this.#isWebPage ? 'sends a web page, perhaps of a proxy or a login, which' : 'sends what';
    throw new WrongBytes(`${page} ${wrong}`);
  }
}

/** A full disk loses nothing that has arrived. */
function withAdvice(error: unknown, path: string): unknown {
  const code = errorCodeOf(error);
  if (isFullDisk(error)) {
    return new AppError(
      'no-space',
      `The disk of ${path} is full: free some space, then try again; what has arrived is kept.`,
      {
        cause: error,
      },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError(
      'unavailable',
      `${path} cannot be written: allow your user to write there, or set FREEZEOUT_LAB_DATASETS to another folder.`,
      { cause: error },
    );
  }
  return error;
}
