import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '#core/errors.ts';
import type { RemoteProcess, RemoteShell, ScriptOptions, ShellAnswer } from '#core/machines/ports.ts';

/** More than this of one script's words is not kept: a login shell may print without end. */
const MOST_OUTPUT_BYTES = 2 ** 26;
const LAST_WORDS_BYTES = 4096;

/** How a script becomes a process of ours. */
export interface ShellProgram {
  /** The machine in sentences: "this machine", "gpubox". */
  readonly where: string;
  /** Program and arguments that run a script. */
  command(script: string): readonly [string, ...string[]];
  /** Why the machine was not reached, by how the process ended; null where the script itself has ended so. */
  brokenLink(code: number | null, stderr: string): string | null;
}

/** A shell of sh here, in the place of another machine. */
export const localShell: RemoteShell = shellBy({
  where: 'this machine',
  command: (script) => ['/bin/sh', '-c', script],
  brokenLink: () => null,
});

/** A shell of which each script is a process of ours, which the program gives. */
export function shellBy(program: ShellProgram): RemoteShell {
  return {
    run: (script, options) => runScript(program, script, options),
    open: (script) => openScript(program, script),
  };
}

async function runScript(program: ShellProgram, script: string, options: ScriptOptions): Promise<ShellAnswer> {
  const { where } = program;
  const limit = AbortSignal.timeout(options.limitMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  signal.throwIfAborted();
  const child = start(program, script);
  const end = () => killAll(child);
  signal.addEventListener('abort', end, { once: true });
  try {
    const closed = once(child, 'close');
    const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
    // A script that reads less than it is given is no failure: its exit code tells.
    await Promise.all([closed, pipeline(Readable.from(inputOf(options)), child.stdin).catch(() => undefined)]);
    if (signal.aborted) throw unanswered(where, limit.aborted ? options.limitMs : null);
    const answer = { code: child.exitCode, stdout: stdout(), stderr: stderr() };
    const broken = program.brokenLink(answer.code, answer.stderr);
    if (broken !== null) throw new AppError('unavailable', broken);
    if (answer.code === null)
      throw new AppError('unavailable', `A script on ${where} was killed (${child.signalCode}).`);
    return { ...answer, code: answer.code };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('unavailable', `No script could be run on ${where}: ${messageOf(error)}.`, { cause: error });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function openScript(program: ShellProgram, script: string): RemoteProcess {
  const { where } = program;
  const child = start(program, script);
  const stderr = collected(child.stderr, LAST_WORDS_BYTES);
  // Writing fails with its own error, and the end is told by `ended`.
  child.stdin.on('error', () => undefined);
  return {
    output: child.stdout,
    ended: endOf(child).then(({ code, problem }) => {
      const broken = problem ?? program.brokenLink(code, stderr());
      const words = stderr().trim().split('\n').at(-1) ?? '';
      return {
        code,
        reason: broken ?? `It ended with ${code ?? child.signalCode}${words === '' ? '' : `: ${words}`}.`,
      };
    }),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        child.stdin.write(bytes, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(new AppError('unavailable', `${where} reads no more: ${messageOf(error)}.`, { cause: error }));
        });
      }),
    endInput: () => void child.stdin.end(),
    kill: () => killAll(child),
  };
}

/** In a session of its own: a Ctrl-C at our terminal ends no script on another machine, and its children end with it. */
function start(program: ShellProgram, script: string): ChildProcessWithoutNullStreams {
  const [command, ...args] = program.command(script);
  return spawn(command, args, { stdio: 'pipe', detached: true });
}

function killAll({ pid }: ChildProcessWithoutNullStreams): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function endOf(
  child: ChildProcessWithoutNullStreams,
): Promise<{ readonly code: number | null; readonly problem: string | null }> {
  try {
    await once(child, 'close');
    return { code: child.exitCode, problem: null };
  } catch (error) {
    return { code: null, problem: `${child.spawnfile} could not be started: ${messageOf(error)}.` };
  }
}

/** What a stream has said so far, of which the first bytes, or the last, are kept. */
function collected(stream: Readable, lastBytes?: number): () => string {
  let said = Buffer.alloc(0);
  stream.on('data', (piece: Buffer) => {
    if (lastBytes !== undefined) said = Buffer.concat([said, piece]).subarray(-lastBytes);
    else if (said.length < MOST_OUTPUT_BYTES) said = Buffer.concat([said, piece]);
  });
  return () => said.toString();
}

function inputOf({ stdin = '' }: ScriptOptions): AsyncIterable<Uint8Array> | readonly Buffer[] {
  return typeof stdin === 'string' ? [Buffer.from(stdin)] : stdin;
}

/** `limitMs` is null where it was given up for another reason. */
function unanswered(where: string, limitMs: number | null): AppError {
  const problem = limitMs === null ? 'was given up' : `did not answer within ${limitMs / 1000} s`;
  return new AppError('unavailable', `A script on ${where} ${problem}.`);
}
