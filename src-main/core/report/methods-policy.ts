import type { FreezeOutPolicy } from '#core/policy/freezeout.ts';
import { STANDING_STILL } from '#core/policy/freezeout.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';
import { counted, wholeNumber } from './methods-facts.ts';

/** What all policies share, then each with its formula and numbers. */
export function policyMethods({ study }: MethodsFacts): MethodsParagraph[] {
  const policies = study.arms.filter((arm) => arm.role === 'policy');
  const shared = [
    'Layers i = 0 (stem) to N (head), steps j = 0, 1, … S - 1; the head never freezes.',
    ...(policies.some(({ policy }) => policy.kind === 'freezeout' || policy.kind === 'random-times') ? [COSINE] : []),
    'The baseline has r_i = 1 for every layer: one cosine over S, nothing freezes.',
    'A frozen layer runs in evaluation mode (running statistics, no dropout), outside the backward pass, without update, weight decay or momentum.',
  ];
  return [
    { title: 'Schedules', text: shared.join(' ') },
    ...policies.map(({ name, policy }) => ({ title: `Policy ${name}`, text: policyText(policy) })),
  ];
}

/** Brock et al. 2017, equation 1, with the factor that the printed one lost. */
const COSINE =
  'A layer with freeze time t_i = S r_i trains at the rate lr_i(j) = ½ lr_i(0) (1 + cos(π j / t_i)), set before every step, and freezes at the first step with j > t_i.';

function policyText(policy: Policy): string {
  switch (policy.kind) {
    case 'none':
      return 'Nothing freezes.';
    case 'freezeout':
      return freezeOutText(policy);
    case 'stepwise':
      return `After epoch e of E, floor(${policy.level} max(0, (e/E - ${policy.start}) / ${format(1 - policy.start)}) N) layers are frozen, at whatever rate they then have; all layers share one cosine over S (after MosaicML Composer's layer freezing, but with our layers, and frozen ones in evaluation mode).`;
    case 'gradient-norm':
      return `Every ${policy.interval} of the run, the leading layers freeze whose gradient norms changed less since the last decision than the percentile ${policy.percentile} of the active layers; all layers share one cosine over S (after AutoFreeze, Liu et al. 2021, arXiv 2102.01386, with frozen layers in evaluation mode).`;
    case 'random-times':
      return `A control: N times t_i / S are drawn uniformly from [${policy.earliest}, 1) by the seed ${policy.draw} (the same in every run) and sorted; ${rateText(policy.scaled)}.`;
  }
}

const SHAPES = { linear: 'x_i', squared: 'x_i²', cubic: 'x_i³' } as const;

function freezeOutText(policy: FreezeOutPolicy): string {
  const { scaled, scheduleSteps, warmupEpochs } = policy;
  const ratios =
    policy.shape === 'curve'
      ? `r_i is read off the piecewise-linear curve through ${policy.points.map(([x, r]) => `(${x}, ${r})`).join(', ')} at i/N`
      : `r_i = ${SHAPES[policy.shape]} with x_i = ${policy.t0} + ${format(1 - policy.t0)} i/N`;
  const text = `FreezeOut, ${policy.shape}: ${ratios}; ${rateText(scaled)}.`;
  return [text, ...lengthTexts(scheduleSteps), ...warmupTexts(warmupEpochs)].join(' ');
}

function rateText(scaled: boolean): string {
  return scaled ? 'lr_i(0) = a / r_i (scaled)' : 'lr_i(0) = a (plain)';
}

function lengthTexts(scheduleSteps: number | undefined): string[] {
  if (scheduleSteps === undefined) return [];
  if (scheduleSteps === STANDING_STILL)
    return ['The schedule stands still: rates stay where they start, no layer freezes.'];
  return [`In t_i, ${wholeNumber(scheduleSteps)} steps stand for S, whatever the length of the run.`];
}

function warmupTexts(epochs: number | undefined): string[] {
  if (epochs === undefined) return [];
  return [
    `The rates rise linearly from 0 for ${counted(epochs, 'epoch')} first; the schedule begins after them, over the steps that are left.`,
  ];
}

/** 1 - 0.8 is 0.2 on paper, and not quite in doubles. */
function format(value: number): string {
  return String(Number(value.toFixed(12)));
}
