/**
 * Reorders images that are sorted by class so that every beginning and every end of the list holds each class in its share:
 * image k of a class of n images comes at (k + 1/2) / n of the whole list. Takes the number of images of each class, and
 * returns places in the sorted list. The counts of any beginning are those that Sainte-Lague's method gives to the classes.
 */
export function balancedOrder(counts: readonly number[]): Uint32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const at = new Float64Array(total);
  let place = 0;
  for (const count of counts) for (let k = 0; k < count; k++) at[place++] = (k + 0.5) / count;
  return sortedPlaces(at);
}

/** A permutation of the images by class: places in the file, so that any first and last ones hold each class in its share. */
export function classOrder(labels: Int32Array, classes: number): Uint32Array {
  const counts = countClasses(labels, classes);
  const sorted = new Uint32Array(labels.length);
  const next = startsOf(counts);
  labels.forEach((label, place) => {
    sorted[next[label]++] = place;
  });
  return balancedOrder(counts).map((place) => sorted[place]);
}

/** Where each class begins in a list that is sorted by class. */
function startsOf(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum - count;
  });
}

/** The number of images of each class. */
export function countClasses(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Places by their values in (0, 1), equal ones by their places: a bucket for each place, of which most hold few. */
function sortedPlaces(at: Float64Array): Uint32Array {
  const total = at.length;
  const bucketOf = (value: number) => Math.min(total - 1, Math.floor(value * total));
  const ends = new Uint32Array(total + 1);
  for (const value of at) ends[bucketOf(value) + 1]++;
  for (let bucket = 0; bucket < total; bucket++) ends[bucket + 1] += ends[bucket];
  const filled = ends.slice();
  const places = new Uint32Array(total);
  at.forEach((value, place) => {
    places[filled[bucketOf(value)]++] = place;
  });
  for (let bucket = 0; bucket < total; bucket++) {
    const one = places.subarray(ends[bucket], ends[bucket + 1]);
    if (one.length > 1) one.sort((left, right) => at[left] - at[right] || left - right);
  }
  return places;
}
