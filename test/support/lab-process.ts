import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { RunEvent } from '#core/run-event.ts';
import { temporaryFolder } from './store-fixtures.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));

export interface LabOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabProcess {
  readonly child: ChildProcess;
  /** The first event, of those on stdout, that is wanted. Rejects where the program ends before. */
  event(isWanted: (event: RunEvent) => boolean): Promise<RunEvent>;
  /** What it has written to stderr so far. */
  said(): string;
  readonly ended: Promise<LabOutcome>;
}

/** Where a program is started, by default in a new folder: `lab` may write beside where it is started. And what its environment has besides. */
export interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real `lab`, as a program of its own on this home. */
export function startLab(home: string, words: readonly string[], place: Place = {}): LabProcess {
  const env = { ...process.env, ...place.env };
  const child = spawn(process.execPath, [LAB, ...words, '--home', home], {
    ...{ stdio: ['ignore', 'pipe', 'pipe'], cwd: place.cwd ?? temporaryFolder(), env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: RunEvent[] = [];
  const listeners = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  createInterface(child.stdout).on('line', (line) => {
    stdout += `${line}\n`;
    if (line.startsWith('{"type"')) events.push(JSON.parse(line));
    for (const listener of listeners) listener();
  });
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  const event = (isWanted: (event: RunEvent) => boolean) =>
    new Promise<RunEvent>((resolve, reject) => {
      const look = () => {
        const found = events.find(isWanted);
        if (found !== undefined) resolve(found);
      };
      listeners.add(look);
      look();
      void ended.then((outcome) => reject(new Error(`lab ended with ${outcome.code}: ${outcome.stderr}`)));
    });
  return { child, event, said: () => stderr, ended };
}

/** Runs `lab` to its end. */
export function lab(home: string, words: readonly string[]): Promise<LabOutcome> {
  return startLab(home, words).ended;
}

/** What `lab` answers with `--json`. */
export async function labJson<Answer>(home: string, words: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await lab(home, [...words, '--json']);
  if (code !== 0) throw new Error(`lab ${words.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

/** Events among the lines that `run` or `study` printed. */
export function eventsIn(stdout: string): RunEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"run.') || /^\{"type":"(layer|step|epoch|checkpoint)\./.test(line))
    .map((line) => JSON.parse(line) as RunEvent);
}

/** A spec file in this folder; the folder is the test's own. */
export function specFile(folder: string, spec: unknown): string {
  const path = join(folder, 'spec.json');
  writeFileSync(path, JSON.stringify(spec));
  return path;
}
