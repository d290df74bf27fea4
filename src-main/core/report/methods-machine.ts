import { machineOf, machineText, nodeText } from '#core/analysis/machine-words.ts';
import { enumerated, quotedName } from '#core/analysis/name-list.ts';
import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import { toJson } from '#core/numbers.ts';
import type { Environment } from '#core/run-event.ts';
import type { MethodsFacts, MethodsParagraph, ReportedRun } from './methods-facts.ts';

/** The machines that the runs were trained on. */
export function machineMethods({ runs }: MethodsFacts): MethodsParagraph {
  const known = runs.filter((run) => run.environment !== null);
  const keys = [...new Set(known.map(machineKey))];
  const machines = keys.map((key) => {
    const members = known.filter((run) => machineKey(run) === key);
    return `${countedNoun(members.length, 'run')}: ${environmentText(members[0].environment)}.`;
  });
  const unknown = runs.length - known.length;
  const text = [
    ...machines,
    ...seedTexts(known),
    ...(unknown > 0 ? [`For ${countedNoun(unknown, 'run')} the machine is not recorded.`] : []),
    'The commit of the program is not recorded.',
  ];
  return { title: 'Machine', text: text.join(' ') };
}

/** Runs of one kind of machine have the same; the node, the card and the job are told by seed. */
function machineKey({ environment }: ReportedRun): string {
  if (environment === null) return '';
  const { gpu } = environment;
  const card = gpu === undefined ? null : { ...gpu, uuid: null };
  return toJson({ ...machineOf(environment), host: null, nodeName: null, gpu: card });
}

/** Where each seed was trained, if not all runs were trained in one place. */
function seedTexts(runs: readonly ReportedRun[]): readonly string[] {
  const placeOf = ({ environment }: ReportedRun) => (environment === null ? 'unknown' : nodeText(environment));
  if (new Set(runs.map(placeOf)).size < 2) return [];
  const seeds = [...new Set(runs.map(({ seed }) => seed))].toSorted((one, other) => one - other);
  const texts = seeds.map((seed) => {
    const places = [...new Set(runs.filter((run) => run.seed === seed).map(placeOf))];
    return `seed ${seed} on ${enumerated(places)}`;
  });
  const areApart = seeds.every((seed) => new Set(runs.filter((run) => run.seed === seed).map(placeOf)).size === 1);
  const pairs = areApart ? ' All arms of a seed were trained in one place.' : '';
  return [`The seeds were trained in several places: ${texts.join('; ')}.${pairs}`];
}

/** "driver 550.54, up to 1410 MHz"; empty where no card is known. */
function cardText(gpu: Environment['gpu']): string {
  if (gpu === undefined) return '';
  const clock = gpu.clockMHz === null ? '' : `, up to ${wholeNumber(gpu.clockMHz)} MHz`;
  return ` with driver ${gpu.driver}${clock}`;
}

function environmentText(environment: Environment | null): string {
  if (environment === null) return 'unknown';
  const { backend, tensorflowVersion, device, threads, node, platform, appVersion, arithmetic, graph } = environment;
  const products = arithmetic === undefined ? '' : `, products in ${arithmetic}`;
  const form = graph === undefined ? '' : `, graphs with ${graph}`;
  const isKnown = environment.processor !== 'unknown' || environment.cores !== null;
  const machine = isKnown ? ` (${machineText(environment)})` : '';
  const pools =
    threads === null
      ? 'threads not recorded'
      : `${countedNoun(threads.intraOp, 'thread')} within an operation and ${threads.interOp} between operations`;
  return `${backend} ${tensorflowVersion} on ${device}${cardText(environment.gpu)}${products}${form}, ${pools}, Node ${node.replace(/^v/, '')}, ${platform}, FreezeOut Lab ${appVersion}${machine}`;
}

/** The definition of time, which is the same for every study. */
export function timingMethods(): MethodsParagraph {
  const text = [
    "A run's training time is the active time of its training steps, with the wait for batches; evaluation, checkpoints, start-up, the profile, pauses and waiting in the queue are not in it.",
    'Saved time is 1 - T/T_baseline by the pair of one seed.',
    'The profile is measured before the first step: at every freeze depth, pairs of one unfrozen step and one at that depth, the first of the two alternating; the median of the ratios in a pair, weighted by the steps at each depth, gives the profile saving.',
  ];
  return { title: 'Timing', text: text.join(' ') };
}

/** The order in which the arms were trained, and the length of the equal-time baselines. */
export function orderMethods({ study, runs }: MethodsFacts): MethodsParagraph {
  const imported = runs.filter((run) => run.imported).length;
  const text = [
    ...orderTexts(runs),
    equalTimeText(study),
    ...(imported > 0
      ? [`${countedNoun(imported, 'run')} came from elsewhere as event lines, with the times reported there.`]
      : []),
  ];
  return { title: 'Order and equal time', text: text.join(' ') };
}

/** The order is read from the times at which the runs began, not assumed from how the queue should work. */
function orderTexts(runs: MethodsFacts['runs']): string[] {
  const begun = runs.filter((run) => run.startedAt !== null);
  if (begun.length < 2) return [];
  const seeds = begun.toSorted((one, other) => Number(one.startedAt) - Number(other.startedAt)).map((run) => run.seed);
  const blocks = seeds.filter((seed, index) => seed !== seeds[index - 1]);
  return new Set(blocks).size === blocks.length
    ? [
        `The arms were interleaved by seed: all arms of a seed ran one after another (seeds in the order ${blocks.join(', ')}).`,
      ]
    : [
        'The arms were not wholly interleaved by seed: runs of a seed began at different times, with other seeds between them.',
      ];
}

function equalTimeText({ arms }: MethodsFacts['study']): string {
  const equalTime = arms.filter((arm) => arm.role === 'equal-time');
  if (equalTime.length === 0) return 'There are no equal-time baselines.';
  const each = equalTime.map(
    (arm) => `${quotedName(arm.of ?? '')}: S' = ${wholeNumber(arm.steps)} by the ${arm.stepsFrom ?? 'unknown saving'}`,
  );
  return `The equal-time baseline of a policy is the baseline with S' = round(S (1 - saved)) steps and its cosine over S', fixed once for all seeds (${enumerated(each)}).`;
}
