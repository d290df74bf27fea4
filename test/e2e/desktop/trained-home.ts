import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Puts that study into a home, as a user would: with `lab runs import`. */
export function importTrainedStudy(home: string): void {
  execFileSync(process.execPath, [LAB, 'runs', 'import', EVENTS, '--home', home], { stdio: 'pipe' });
}
