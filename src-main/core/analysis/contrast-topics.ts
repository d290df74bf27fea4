import { isFreezeOut } from '#core/policy/freezeout.ts';
import type { Policy } from '#core/policy/policy.ts';

/** Contrasts scaled rates with plain ones in one shape, and the cubic shape with the linear one at the same kind of rates. */
export function variantTopic(first: Policy, second: Policy): string | null {
  if (!isFreezeOut(first) || !isFreezeOut(second)) return null;
  if (first.scaled && !second.scaled && areSame({ ...first, scaled: false }, second)) return 'Scaling the rates';
  // Shapes that begin to freeze at the same time have different t0.
  const isShape = first.shape === 'cubic' && second.shape === 'linear';
  return isShape && areSame({ ...first, shape: 'linear', t0: second.t0 }, second) ? 'The shape' : null;
}

/** Contrasts a schedule over a fixed number of steps, as released, with the same schedule over the run's own steps. */
export function releaseTopic(first: Policy, second: Policy): string | null {
  if (!isFreezeOut(first) || !isFreezeOut(second) || first.scheduleSteps === undefined) return null;
  const { scheduleSteps: _released, ...asWritten } = first;
  return areSame(asWritten, second) ? 'The released code against the method as written' : null;
}

/** Compares key by key, whatever their order. */
function areSame(one: Policy, other: Policy): boolean {
  const entries = (policy: Policy) => JSON.stringify(Object.entries(policy).sort(([a], [b]) => a.localeCompare(b)));
  return entries(one) === entries(other);
}
