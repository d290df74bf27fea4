import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));

/**
 * The events of a real study: DenseNet-BC of depth 10 on 800 images of Fashion-MNIST, four epochs, two policies with their
 * equal-time baselines and two seeds, written by `lab export study`; only the host's name was taken out.
 */
const EVENTS = fileURLToPath(new URL('../../fixtures/trained-study.ndjson', import.meta.url));

interface ExportedLine {
  readonly type: string;
  readonly runId?: string;
  readonly study?: { readonly id: string; readonly name: string };
}

const lines = readFileSync(EVENTS, 'utf8').trim().split('\n');
const events: readonly ExportedLine[] = lines.map((line) => JSON.parse(line));

export const TRAINED_STUDY = events.flatMap(({ study }) => study ?? [])[0] ?? { id: '', name: '' };
export const TRAINED_RUNS = [...new Set(events.flatMap(({ runId }) => runId ?? []))];

/**
 * Puts that study into a home, as a user would: with `lab runs import`. A home that nobody has opened gets a copy of one into which
 * it was imported before.
 */
export function importTrainedStudy(home: string): void {
  if (readdirSync(home).length > 0) importLines(home, EVENTS);
  else cpSync(importedHome(), home, { recursive: true });
}

let imported: string | null = null;

/** A home with the study, made once for all tests of this process. */
function importedHome(): string {
  if (imported !== null) return imported;
  const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-trained-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  importLines(home, EVENTS);
  imported = home;
  return home;
}

function importLines(home: string, file: string): void {
  execFileSync(process.execPath, [LAB, 'runs', 'import', file, '--home', home], { stdio: 'pipe' });
}

/** The same numbers as those of a wide residual network of width 1 without skips, which papers call a plain ResNet. */
export function importAsResNet(home: string): void {
  let text = lines.join('\n').replaceAll(TRAINED_STUDY.id, 'resnetstudy').replaceAll(TRAINED_STUDY.name, 'a ResNet');
  for (const id of TRAINED_RUNS) text = text.replaceAll(id, `r${id.slice(1)}`);
  const densenet = '"model":{"kind":"densenet-bc","depth":10,"growth":6}';
  const resnet = '"model":{"kind":"wide-resnet","depth":10,"width":1,"skip":false}';
  const file = join(home, 'resnet.ndjson');
  writeFileSync(file, text.replaceAll(densenet, resnet));
  importLines(home, file);
}

/** With a profile of the run, which is too short to have measured one: at each depth it saves this, as a fraction. */
export function importProfiledStudy(home: string, runId: string, savings: readonly number[]): void {
  const timed = (median: number) => ({ steps: 12, stepMs: { minimum: 0.97 * median, median } });
  const depths = savings.map((saving, index) => ({
    frozenLayers: index + 1,
    ...timed(20 * (1 - saving)),
    ratio: { low: 0.98 - saving, median: 1 - saving, high: 1.02 - saving },
  }));
  const seq = events.filter((event) => event.runId === runId).length + 1;
  const profiled = {
    type: 'run.profiled',
    seq,
    runId,
    at: 0,
    unfrozen: timed(20),
    depths,
    saved: { profile: 0.3 },
    seconds: 2,
  };
  const file = join(home, 'profiled.ndjson');
  writeFileSync(file, [...lines, JSON.stringify(profiled)].join('\n'));
  importLines(home, file);
}
