/** One reader of fuzz-parsers.ts: `fuzz-reader.ts TARGET FOLDER SECONDS SEED`. Tells its parent what it did, once a second at least. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fuzzer } from '../fuzz/fuzzer.ts';
import { FUZZ_TARGETS } from '../fuzz/targets.ts';

export interface ReaderNews {
  readonly executions: number;
  readonly blocks: number;
  readonly inputs: number;
  readonly findings: readonly { readonly problem: string; readonly path: string }[];
}

const [name, folder, seconds, seed] = process.argv.slice(2);
const target = FUZZ_TARGETS.find((candidate) => candidate.name === name);
if (target === undefined) throw new Error(`There is no reader ${name}.`);
// What a reader logs of each bad message would be all that is seen.
console.error = () => undefined;
process.on('unhandledRejection', (error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(2);
});

const findings: { problem: string; path: string }[] = [];
const place = join(folder, 'files');
mkdirSync(place);
const current = join(folder, 'current');
let toldAt = 0;

const fuzzer = new Fuzzer({
  target,
  folder: place,
  seed: Number(seed),
  about: (bytes) => {
    writeFileSync(current, bytes);
    if (performance.now() - toldAt > 1000) tell();
  },
  found: ({ problem, bytes }) => {
    const path = join(folder, `finding-${findings.length}`);
    writeFileSync(path, bytes);
    findings.push({ problem, path });
    tell();
  },
});

await fuzzer.start();
const endsAt = performance.now() + 1000 * Number(seconds);
while (performance.now() < endsAt) await fuzzer.step();
tell();
await target.close?.(place);
process.disconnect();

function tell(): void {
  toldAt = performance.now();
  process.send?.({ executions: fuzzer.executions, ...fuzzer.reach, findings });
}
