import { z } from 'zod';
import { badRequest, messageOf } from '#core/errors.ts';
import { groupedBy } from '#core/grouped.ts';
import { toJson } from '#core/numbers.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { Clock, NewRun, Store } from '#core/ports.ts';
import { STEPS_SOURCES } from '#core/records.ts';
import { isOver, storedBaseSchema } from '#core/run.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import { runEventSchema } from '#core/run-event.ts';
import { studySpecSchema } from '#core/study.ts';
import { parse } from '#core/validation.ts';
import type { EventHub } from './event-hub.ts';
import { armName, inferStudy, savedBy, stepsOf } from './imported-study.ts';

const armSchema = z
  .object({
    name: z.string().min(1),
    role: z.enum(['baseline', 'policy', 'equal-time']),
    of: z.string().nullable(),
    policy: policySchema,
    steps: z.int().positive(),
    /** Missing in studies exported before profiles were measured. */
    stepsFrom: z.enum(STEPS_SOURCES).nullable().default(null),
    computeSaved: z.number(),
  })
  .transform((arm) => (arm.role === 'equal-time' ? { ...arm, stepsFrom: arm.stepsFrom ?? 'compute' } : arm));

/** The first line of an exported study. The lines of `study --json` have none: their arms are inferred from the runs. */
const studyExportedSchema = z.object({
  type: z.literal('study.exported'),
  study: z.object({
    id: z.string().min(1),
    name: z.string().min(1),
    base: storedBaseSchema,
    equalTimeBaseline: z.boolean(),
    /** Missing in studies exported before there was a margin. */
    margin: studySpecSchema.shape.margin,
    seeds: z.array(z.int().min(0)),
    arms: z.array(armSchema),
  }),
});

/** The last line of `study --json` and `find --json`, which adds nothing to the runs. */
const studyFinishedSchema = z.object({ type: z.enum(['study.finished', 'search.finished']) });

const lineSchema = z.union([runEventSchema, studyExportedSchema, studyFinishedSchema]);

type ExportedStudy = z.infer<typeof studyExportedSchema>['study'];
type KnownStudy = Pick<ExportedStudy, 'id' | 'name'>;
type Started = RunEventOf<'run.started'>;

interface ImportedRun {
  readonly started: Started;
  readonly events: readonly RunEvent[];
}

export interface Imported {
  readonly runIds: readonly string[];
  readonly studyIds: readonly string[];
}

/** Exports studies and runs of one home as event lines, and imports them into another. */
export class Exchange {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hub: EventHub;

  constructor({ store, clock, hub }: { readonly store: Store; readonly clock: Clock; readonly hub: EventHub }) {
    this.#store = store;
    this.#hub = hub;
    this.#clock = clock;
  }

  async exportStudy(reference: string): Promise<string[]> {
    const { id, name, base, equalTimeBaseline, margin, seeds, arms, runs } = await this.#store.study(reference);
    const study: ExportedStudy = { id, name, base, equalTimeBaseline, margin, seeds: [...seeds], arms: [...arms] };
    const lines = [toJson({ type: 'study.exported', study })];
    for (const run of runs.filter((candidate) => candidate.status === 'finished' && !candidate.deleted)) {
      for (const event of await this.#store.events(run.id)) lines.push(toJson(event));
    }
    return lines;
  }

  /** Imports lines. Existing runs stay as they are. Throws a bad request that names the line before anything is written. */
  async import(lines: readonly string[]): Promise<Imported> {
    const parsed = lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1)]));
    const exported = parsed.flatMap((line) => (line.type === 'study.exported' ? [line.study] : []));
    const runs = groupRuns(parsed.filter((line): line is RunEvent => 'runId' in line));
    const known = new Set(
      (await Promise.all([this.#store.runs({}), this.#store.runs({ deleted: true })])).flat().map((run) => run.id),
    );
    const fresh = runs.filter((run) => !known.has(run.started.runId));
    const studies = studiesOf(
      fresh.map((run) => run.started),
      exported,
    );
    const existing = [...(await this.#store.studies())];
    for (const study of studies) await this.#ensureStudy(study, existing);
    await this.#store.enqueue(fresh.map((run) => newRun(run.started, this.#clock.now())));
    for (const run of fresh) await this.#storeRun(run);
    const imported = { runIds: fresh.map((run) => run.started.runId), studyIds: studies.map((study) => study.id) };
    if (imported.runIds.length > 0) this.#hub.publishChange('runs', imported.runIds);
    if (imported.studyIds.length > 0) this.#hub.publishChange('studies', imported.studyIds);
    return imported;
  }

  /** Creates the study unless it exists; `existing` are the studies of this home, to which it is added. */
  async #ensureStudy(study: ExportedStudy, existing: KnownStudy[]): Promise<void> {
    const { id, name, base, equalTimeBaseline, margin, arms, seeds } = study;
    if (existing.some((known) => known.id === id)) return this.#store.extendStudy(id, arms, seeds);
    const freeName = existing.some((known) => known.name === name) ? `${name} (imported ${id})` : name;
    await this.#store.createStudy(
      { id, name: freeName, base, equalTimeBaseline, margin, createdAt: this.#clock.now() },
      arms,
      seeds,
    );
    existing.push({ id, name: freeName });
  }

  async #storeRun({ started, events }: ImportedRun): Promise<void> {
    await this.#store.appendEvents(events);
    const run = await this.#store.run(started.runId);
    if (!isOver(run.status)) {
      await this.#store.setStatus(run.id, 'interrupted', 'Imported without its end.');
    }
  }
}

function parseLine(line: string, number: number): z.infer<typeof lineSchema> {
  try {
    return parse(lineSchema, JSON.parse(line), `line ${number}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(
      `Line ${number} is not JSON (${messageOf(error)}): import the lines that \`run --json\`, \`study --json\` or \`export study\` wrote.`,
    );
  }
}

function groupRuns(events: readonly RunEvent[]): ImportedRun[] {
  return [...groupedBy(events, ({ runId }) => runId)].map(([runId, ofRun]) => {
    const started = ofRun.find((event) => event.type === 'run.started');
    if (started === undefined)
      throw badRequest(`The lines of run ${runId} do not include its "run.started": import the whole run.`);
    return { started, events: ofRun.toSorted((a, b) => a.seq - b.seq) };
  });
}

/** The exported studies, and an inferred one for each other study that the runs name. */
function studiesOf(runs: readonly Started[], exported: readonly ExportedStudy[]): ExportedStudy[] {
  const named = new Set(runs.flatMap((run) => (run.studyId === null ? [] : [run.studyId])));
  for (const study of exported) named.delete(study.id);
  const inferred = [...named].map((id) =>
    inferStudy(
      id,
      runs.filter((run) => run.studyId === id),
    ),
  );
  return [...exported, ...inferred];
}

function newRun(started: Started, now: number): NewRun {
  const { spec, data, weights, classGaps, stepsPerEpoch, layers, runId, studyId } = started;
  return {
    id: runId,
    spec,
    data: data && { ...data, location: null },
    weights,
    classGaps,
    studyId,
    arm: studyId === null ? null : armName(started),
    steps: stepsOf(started),
    stepsPerEpoch,
    computeSaved: savedBy(started),
    layers,
    imported: true,
    createdAt: now,
  };
}
