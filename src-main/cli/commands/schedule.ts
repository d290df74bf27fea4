import { Option } from 'commander';
import { z } from 'zod';
import { percent } from '#core/analysis/quantity.ts';
import { badRequest } from '#core/errors.ts';
import { kindDefaults } from '#core/kind.ts';
import { NETWORKS } from '#core/network/networks.ts';
import { checkedSchedule } from '#core/policy/checked-schedule.ts';
import { computeSaved, isEverTrained } from '#core/policy/cost.ts';
import { freezeOut } from '#core/policy/freezeout.ts';
import { POLICIES } from '#core/policy/policies.ts';
import { policyNeeds, policySchema } from '#core/policy/policy.ts';
import type { PolicyKind } from '#core/policy/policy-kind.ts';
import { checkWarmUp } from '#core/policy/warm-up.ts';
import { stepCount } from '#core/ranges.ts';
import { runSpecFields } from '#core/run.ts';
import { parse } from '#core/validation.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';
import { kindExample } from '../kind-options.ts';
import type { ModelOptions } from '../model-choice.ts';
import { MODEL_KINDS, modelChoice, withModelOptions } from '../model-choice.ts';
import { jsonFrom, numberFrom, pointsFrom } from '../option-values.ts';
import { countText } from '../quantity-text.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

interface ScheduleOptions extends ModelOptions {
  readonly model: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly shape: string;
  readonly t0?: number;
  readonly points?: ReturnType<typeof pointsFrom>;
  readonly scale: boolean;
  /** Not validated yet. */
  readonly policy?: unknown;
  /** Not validated yet. */
  readonly rates?: unknown;
  readonly learningRate: number;
  readonly warmupEpochs?: number;
}

export const scheduleCommand: DefineCommand = (command, surroundings) => {
  command.addOption(new Option('--model <kind>', 'the network').choices(MODEL_KINDS).makeOptionMandatory());
  withModelOptions(command)
    .requiredOption('--epochs <count>', 'epochs of the run', numberFrom)
    .requiredOption('--steps-per-epoch <count>', 'steps in an epoch', numberFrom)
    .option('--shape <shape>', 'linear, squared, cubic, or curve with --points', 'cubic')
    .option(
      '--t0 <fraction>',
      'when the first layer freezes, as a fraction of the run before the shape is applied; above 0, at most 1',
      numberFrom,
    )
    .option('--points <x:r,...>', 'the curve: freeze time r of a layer at depth x, such as 0:0.4,1:1', pointsFrom)
    .option('--no-scale', 'start every layer at the same learning rate')
    .option('--policy <json>', 'a policy as in a run spec, instead of --shape, --t0, --points and --no-scale', jsonFrom)
    .option('--rates <json>', 'factors of the rates of single layers, as in a run spec: {"layerDecay":0.75}', jsonFrom)
    .option('--learning-rate <rate>', 'rate that the layers share before scaling', numberFrom, 0.1)
    .option('--warmup-epochs <count>', 'epochs in which all rates rise from 0, under any policy', numberFrom)
    .action((options: ScheduleOptions) => printSchedule(contextOf(surroundings, command), options));
  command.addHelpText('after', policiesHelp);
  examples(command, [
    `schedule --model ${kindExample(NETWORKS[0])} --epochs 100 --steps-per-epoch 900 --shape cubic --t0 0.8`,
    `schedule --model ${NETWORKS[0].kind} --epochs 50 --steps-per-epoch 781 --shape linear --t0 0.5 --no-scale --json`,
    `schedule --model ${NETWORKS[0].kind} --epochs 50 --steps-per-epoch 781 --policy '${JSON.stringify(EXAMPLE)}'`,
  ]);
};

const EXAMPLE = { kind: POLICIES[2].kind, ...kindDefaults(POLICIES[2]) };

/** Every policy with its keys and their defaults. */
function policiesHelp(): string {
  const kinds: readonly PolicyKind[] = POLICIES;
  const lines = kinds.flatMap((kind) => [`  ${kind.kind}: ${kind.sentence}`, ...keyLines(kind)]);
  return `\nPolicies:\n${lines.join('\n')}`;
}

function keyLines(kind: PolicyKind): string[] {
  const defaults = kindDefaults(kind);
  return kind.fields.map(({ key, help, hint }) => {
    const text = `    ${key}: ${help ?? hint}`;
    return defaults[key] === undefined ? text : `${text} (default: ${defaults[key]})`;
  });
}

interface ScheduledLayer {
  readonly index: number;
  readonly name: string;
  readonly ratio: number;
  readonly freezeStep: number | null;
  readonly unfreezeStep: number | null;
  readonly initialLearningRate: number;
  readonly macs: number;
}

interface PrintedSchedule {
  readonly layers: readonly ScheduledLayer[];
  readonly computeSaved: number;
}

/** The same checks as for a run spec. */
const trainingSchema = z.object({
  policy: policySchema,
  optimizer: runSpecFields.optimizer,
  rates: runSpecFields.rates,
  warmupEpochs: runSpecFields.warmupEpochs,
  epochs: runSpecFields.epochs,
  stepsPerEpoch: stepCount,
});

type ScheduledTraining = z.infer<typeof trainingSchema>;

function printSchedule({ terminal }: Context, options: ScheduleOptions): void {
  const training = trainingFrom(options);
  const schedule = scheduleFrom(training, options);
  terminal.answer(schedule, () => describe(schedule, training));
}

function scheduleFrom(training: ScheduledTraining, options: ScheduleOptions): PrintedSchedule {
  const { epochs, stepsPerEpoch } = training;
  const { layers } = modelChoice(options);
  const steps = epochs * stepsPerEpoch;
  const schedule = checkedSchedule(training, { layerNames: layers.map(({ name }) => name), steps, stepsPerEpoch });
  return {
    layers: layers.map(({ index, name, macs }) => ({
      index,
      name,
      ratio: schedule.ratios[index],
      freezeStep: schedule.freezeSteps[index],
      unfreezeStep: schedule.unfreezeSteps[index],
      initialLearningRate: schedule.initialLearningRates[index],
      macs,
    })),
    computeSaved: computeSaved(
      layers.map((layer) => layer.macs),
      schedule,
      steps,
    ),
  };
}

function trainingFrom({
  epochs,
  stepsPerEpoch,
  shape,
  t0,
  points,
  scale,
  policy: given,
  rates,
  learningRate,
  warmupEpochs,
}: ScheduleOptions) {
  if (shape !== 'curve' && points !== undefined) throw badRequest('--points draws a curve: add --shape curve.');
  const policy = given ?? present({ kind: freezeOut.kind, shape, t0, points, scaled: scale });
  const json = { policy, optimizer: { learningRate }, ...present({ rates }), epochs, stepsPerEpoch, warmupEpochs };
  const training = parse(trainingSchema, json, 'the options');
  checkWarmUp(training.warmupEpochs ?? 0, training.epochs);
  return training;
}

/** The values without those that are undefined. */
function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A step and its epoch; the step is that of the layer's freeze, or at which it trains again. */
function changeColumns(
  title: string,
  stepsPerEpoch: number,
  stepOf: (layer: ScheduledLayer) => number | null,
): readonly TextColumn<ScheduledLayer>[] {
  return [
    { title, align: 'right', cell: (layer) => stepOf(layer) ?? 'never' },
    {
      title: 'in epoch',
      align: 'right',
      cell: (layer) => epochText(stepOf(layer), stepsPerEpoch),
    },
  ];
}

function epochText(step: number | null, stepsPerEpoch: number): string | number {
  return step === null ? '' : 1 + Math.floor(step / stepsPerEpoch);
}

function describe({ layers, computeSaved: saved }: PrintedSchedule, training: ScheduledTraining): string {
  const { policy, stepsPerEpoch } = training;
  const columns: readonly TextColumn<ScheduledLayer>[] = [
    { title: 'layer', align: 'right', cell: ({ index }) => index },
    { title: 'name', cell: ({ name }) => name },
    { title: 'ratio', align: 'right', cell: ({ ratio }) => ratio.toFixed(4) },
    ...changeColumns('freezes at step', stepsPerEpoch, ({ freezeStep }) => freezeStep),
    ...(layers.some(({ unfreezeStep }) => unfreezeStep !== null)
      ? changeColumns('trains again from', stepsPerEpoch, ({ unfreezeStep }) => unfreezeStep)
      : []),
    {
      title: 'rate at start',
      align: 'right',
      cell: (layer) => (isEverTrained(layer) ? layer.initialLearningRate.toPrecision(4) : 'never trains'),
    },
    { title: 'multiply-adds', align: 'right', cell: ({ macs }) => countText(macs) },
  ];
  const outcome = policyNeeds(policy).plans
    ? `Saves ${percent(saved, 2)} of the training's multiply-adds.`
    : 'Nothing is planned: the policy decides while training which layers freeze, and a run reports at its end what that saved.';
  return `${textTable(columns, layers)}\n\n${outcome}`;
}
