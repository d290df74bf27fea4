import { isEverTrained } from '#core/policy/cost.ts';
import { policyName } from '#core/policy/policy.ts';
import type { ReportedRun } from '#core/report/methods-facts.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { tableOf } from './report-table.ts';

/** More policies next to each other would not fit on a page. */
const POLICIES_A_TABLE = 4;

/** The step at which each layer freezes under each policy, as planned or, if the policy decides while training, as it happened. */
export function layersTables({ comparison, runs }: ReportData): Html {
  const begun = comparison.arms
    .filter((arm) => arm.role === 'policy')
    .flatMap((arm) => runs.find((run) => run.arm === arm.name && run.layers.length > 0) ?? []);
  if (begun.length === 0) return html`<p>No run of a policy has begun.</p>`;
  const groups = Array.from({ length: Math.ceil(begun.length / POLICIES_A_TABLE) }, (_, group) =>
    begun.slice(group * POLICIES_A_TABLE, (group + 1) * POLICIES_A_TABLE),
  );
  return html`${groups.map(layersTable)}`;
}

function layersTable(runs: readonly ReportedRun[]): Html {
  return tableOf({
    caption:
      'Layers, and the step from which on each is frozen (to the step at which it trains again), with the learning rate at the start of its schedule in brackets.',
    head: ['layer', 'parameters', 'multiply-adds', ...runs.map((run) => run.arm ?? policyName(run.spec.policy))],
    texts: [0],
    rows: runs[0].layers.map(({ index, name, params, macs }) => [
      `${index} ${name}`,
      params.toLocaleString('en-US'),
      macs.toLocaleString('en-US'),
      ...runs.map((run) => freezeCell(run, index)),
    ]),
  });
}

function freezeCell(run: ReportedRun, index: number): string {
  const layer = run.layers[index];
  if (!isEverTrained(layer)) return 'throughout';
  const { freezeStep, unfreezeStep, initialLearningRate } = layer;
  const step = freezeStep ?? run.freezes.find((freeze) => freeze.layer === index)?.step;
  const rate = Number(initialLearningRate.toPrecision(4));
  const until = unfreezeStep === null ? '' : ` to ${unfreezeStep.toLocaleString('en-US')}`;
  return `${step === undefined ? 'never' : step.toLocaleString('en-US')}${until} (${rate})`;
}
