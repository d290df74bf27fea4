/**
 * Trains each recipe of killed-recipes.ts once undisturbed, then again while its trainer, its `lab`, or both are killed at steps that a
 * seed draws, and goes on each time. What was measured and what was written has to be the same, bit for bit.
 *
 *   node test/soak/kill-training.ts                        every recipe, 3 rounds
 *   node test/soak/kill-training.ts --rounds 20 --only unfreeze-all,adamw --seed 7
 *
 * One line a recipe at the end, and one a round on standard error. Ends with 1, and keeps the home, where something differs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Transformer } from '@napi-rs/image';
import { drawsFrom } from './draws.ts';
import { KilledLab } from './killed-lab.ts';
import type { Prepared } from './killed-recipes.ts';
import { recipes, SOURCE } from './killed-recipes.ts';
import type { Outcome } from './run-outcome.ts';
import { differences, outcomeOf, stepsOfInterest } from './run-outcome.ts';

const MOST_KILLS = 3;
/** As many as the recipes with images take. */
const IMAGES = { train: 80, test: 16 };

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const below = drawsFrom(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'freezeout-kill-'));
const home = join(folder, 'home');
const lab = new KilledLab(home);
/** One recipe, which is trained undisturbed before its first round. */
class Soak {
  readonly found: string[] = [];
  readonly #name: string;
  readonly #path: string;
  #expected: Outcome | null = null;
  #kills = 0;

  constructor(name: string, spec: object) {
    this.#name = name;
    this.#path = join(folder, `${name}.json`);
    writeFileSync(this.#path, JSON.stringify(spec));
  }

  async train(round: number): Promise<void> {
    const expected = this.#expected ?? outcomeOf(home, await lab.trainUndisturbed(this.#path));
    this.#expected = expected;
    const plan = Array.from({ length: 1 + below(MOST_KILLS) }, () => nextKill(expected));
    const { runId, killed } = await lab.train(this.#path, plan);
    this.#kills += killed.length;
    const apart = differences(expected, outcomeOf(home, runId));
    if (apart.length > 0) this.found.push(`run ${runId}, killed ${killed.join(', ')}: ${apart.join(', ')} differ`);
    console.error(
      `${this.#name}, round ${round}, killed: ${killed.join(', ')}; differences: ${apart.join(', ') || 'none'}`,
    );
  }

  get line(): string {
    const { cached, reason, trained } = this.#expected ?? { cached: false, reason: null, trained: 0 };
    const told = [`${trained} steps`, ...(cached ? ['cache used'] : []), ...(reason === null ? [] : [reason])];
    const result = this.found.length === 0 ? 'the same bits' : this.found.join('\n    ');
    return `${this.#name}: ${rounds} rounds, ${this.#kills} kills (${told.join('; ')}): ${result}`;
  }
}

const prepared = await prepare();
const rounds = Number(values.rounds);
const named = values.only?.split(',');
const soaks = Object.entries(recipes(prepared))
  .filter(([name]) => named === undefined || named.includes(name))
  .map(([name, spec]) => new Soak(name, spec));
for (let round = 1; round <= rounds; round++) for (const soak of soaks) await soak.train(round);
for (const soak of soaks) console.log(soak.line);
const differing = soaks.filter((soak) => soak.found.length > 0);
if (differing.length === 0) rmSync(folder, { recursive: true });
else console.log(`The home is kept: ${home}`);
process.exitCode = differing.length === 0 && soaks.length > 0 ? 0 : 1;

/** Half of the kills are near a step at which something happens: a freeze, an unfreeze, the end of the run. */
function nextKill(expected: Outcome) {
  const near = stepsOfInterest(expected);
  const step = below(2) === 0 ? near[below(near.length)] - 2 + below(4) : below(expected.trained + 1) - 1;
  const victim = (['trainer', 'trainer', 'lab', 'both'] as const)[below(4)];
  return { step: Math.min(step, expected.trained - 1), victim, delayMs: below(3) === 0 ? below(400) : below(20) };
}

/** Images in folders, and the weights of a run. */
async function prepare(): Promise<Prepared> {
  const images = join(folder, 'images');
  for (const [part, count] of Object.entries(IMAGES)) {
    for (let index = 0; index < count; index++) writeImage(join(images, part, `class-${index % 2}`), index);
  }
  const path = join(folder, 'source.json');
  writeFileSync(path, JSON.stringify(SOURCE));
  const weightsRun = await lab.trainUndisturbed(path);
  return { images, weightsRun, weightsPath: join(home, 'runs', weightsRun, 'weights.safetensors') };
}

/** Noise around one colour a class, 20 to 35 pixels a side. */
function writeImage(path: string, index: number): void {
  mkdirSync(path, { recursive: true });
  const [width, height] = [20 + below(16), 20 + below(16)];
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, place) =>
    place % 4 === 3 ? 255 : below(156) + (place % 4 === index % 2 ? 100 : 0),
  );
  writeFileSync(join(path, `${index}.png`), Transformer.fromRgbaPixels(pixels, width, height).pngSync());
}
