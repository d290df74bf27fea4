import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import { hasFewValues, jsonOf } from '#core/json-of.ts';
import { toJson } from '#core/numbers.ts';
import { policySchema } from '#core/policy/policy.ts';
import { nameText, savedShare, seedNumber, stepCount } from '#core/ranges.ts';
import { STEPS_SOURCES } from '#core/records.ts';
import { storedBaseSchema } from '#core/run.ts';
import { runEventSchema } from '#core/run-event.ts';
import { MOST_STUDY_SEEDS } from '#core/seeds.ts';
import { ARM_ROLES, LONGEST_NOTE, LONGEST_TAG, MOST_ARMS, studySpecSchema } from '#core/study.ts';
import { parse } from '#core/validation.ts';

/** Bytes of a line: ten times what the largest events need, a confusion matrix of a thousand classes and the start of a deep network. */
export const LONGEST_LINE = 4 * 2 ** 20;

/** Values of a line, by their signs: more than twice what the largest events hold. */
const MOST_VALUES = 250_000;
/** Tags of a study: all are shown beside its name. */
const MOST_TAGS = 1000;

const armSchema = z
  .object({
    name: nameText.min(1),
    role: z.enum(ARM_ROLES),
    of: nameText.nullable(),
    policy: policySchema,
    steps: stepCount,
    /** Missing in studies exported before profiles were measured. */
    stepsFrom: z.enum(STEPS_SOURCES).nullable().default(null),
    computeSaved: savedShare,
  })
  .transform((arm) => (arm.role === 'equal-time' ? { ...arm, stepsFrom: arm.stepsFrom ?? 'compute' } : arm));

type ExportedArm = z.infer<typeof armSchema>;

const armsSchema = z
  .array(armSchema)
  .max(MOST_ARMS, `has more than ${MOST_ARMS} arms`)
  .refine((arms) => new Set(arms.map(({ name }) => name)).size === arms.length, 'names an arm twice')
  .refine((arms) => arms.every((arm) => (arm.role === 'equal-time') === (arm.of !== null)), {
    message: 'has an arm whose "of" does not fit its role: only an equal-time arm names a policy arm',
  })
  .refine((arms) => arms.every(({ of }) => of === null || arms.some((arm) => isPolicyArm(arm, of))), {
    message: 'has an equal-time arm of a policy arm that it does not list',
  });

/** The first line of an exported study. The lines of `study --json` have none: their arms are inferred from the runs. */
const studyExportedSchema = z.object({
  type: z.literal('study.exported'),
  study: z.object({
    id: nameText.min(1),
    name: nameText.min(1),
    base: storedBaseSchema,
    equalTimeBaseline: z.boolean(),
    /** Missing in studies exported before there was a margin. */
    margin: studySpecSchema.shape.margin,
    /** Missing in studies exported before there were notes and tags of studies. */
    note: z.string().max(LONGEST_NOTE).default(''),
    tags: z.array(z.string().min(1).max(LONGEST_TAG)).max(MOST_TAGS).default([]),
    seeds: z
      .array(seedNumber)
      .max(MOST_STUDY_SEEDS, `has more than ${MOST_STUDY_SEEDS} seeds`)
      .refine((seeds) => new Set(seeds).size === seeds.length, 'names a seed twice'),
    arms: armsSchema,
  }),
});

/** The first line of an exported study. Its members stand in the order of the schema, so that a study gives the same line in every home. */
export function exportedStudyLine(study: ExportedStudy): string {
  return toJson(studyExportedSchema.parse({ type: 'study.exported', study }));
}

/** The last line of `study --json` and `find --json`, which adds nothing to the runs. */
const studyFinishedSchema = z.object({ type: z.enum(['study.finished', 'search.finished']) });

const lineSchema = z.union([runEventSchema, studyExportedSchema, studyFinishedSchema]);

/** A study as the first line of its export describes it, without its runs. */
export type ExportedStudy = z.infer<typeof studyExportedSchema>['study'];

/** What a line of a file of events says. */
export type EventLine = z.infer<typeof lineSchema>;

/** Reads a line. Throws a bad request that names the line by its number. */
export function parseEventLine(text: string, number: number): EventLine {
  if (!hasFewValues(text, MOST_VALUES)) {
    throw badRequest(`Line ${number} holds more values than any event has: check the file.`);
  }
  const json = jsonOf(text);
  if (json === undefined) {
    throw badRequest(
      `Line ${number} is not JSON: import the lines that \`run --json\`, \`study --json\` or \`export study\` wrote.`,
    );
  }
  return parse(isRunEvent(json) ? runEventSchema : lineSchema, json, `line ${number}`);
}

/** Whether a line is whole: the last one of a file that is being written may be cut. */
export function isWholeLine(text: string): boolean {
  return jsonOf(text) !== undefined;
}

/** The errors of one schema name the place; those of a union of three would have to guess. */
function isRunEvent(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'runId' in json;
}

function isPolicyArm(arm: ExportedArm, name: string): boolean {
  return arm.role === 'policy' && arm.name === name;
}
