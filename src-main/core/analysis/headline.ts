import type { StudyHeadline } from '#core/records.ts';
import { quotedName } from './name-list.ts';
import { decimal, marginPoints, timeSavedText } from './quantity.ts';
import { tooFewSeeds } from './too-few-seeds.ts';

/** "cubic scaled 0.8: 17 % less time (1.2x), +0.3 points, within 0.5: shown, n = 3". */
export function headlineText(headline: StudyHeadline): string {
  const { arm, wall, errorDelta, pairs, state, isWithin, margin } = headline;
  const numbers = `${quotedName(arm)}: ${timeSavedText(wall)}, ${pointsText(errorDelta)}`;
  const said = state === 'not-shown' ? 'not shown' : 'shown';
  const few = tooFewSeeds(pairs);
  const count = few === null ? `n = ${pairs}` : `n = ${pairs}: ${few}`;
  if (isWithin) return `${numbers}, within ${margin}: ${said}, ${count}`;
  // Another arm saves as much at no more error, such as a baseline that trains for less: the arm is no answer, but it does save.
  if (wall > 0 && errorDelta < margin) return `${numbers}, within ${margin}, but off the front by the means, ${count}`;
  const none = `no policy saves time within ${marginPoints(margin)}`;
  return `${state === 'shown-not' ? '' : 'by the means '}${none}: ${said}, ${count}; closest ${numbers}`;
}

function pointsText(points: number): string {
  if (!Number.isFinite(points)) return 'error not comparable';
  const text = decimal(points, 1);
  return `${Number(text) > 0 ? '+' : ''}${text} points`;
}
