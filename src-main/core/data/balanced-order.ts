/**
 * Reorders images that are sorted by class so that every beginning and every end of the list holds each class in its share:
 * image k of a class of n images comes at (k + 1/2) / n of the whole list. Takes the number of images of each class, and
 * returns places in the sorted list.
 */
export function balancedOrder(counts: readonly number[]): Uint32Array {
  const places: { readonly at: number; readonly place: number }[] = [];
  for (const count of counts) {
    const start = places.length;
    for (let k = 0; k < count; k++) places.push({ at: (k + 0.5) / count, place: start + k });
  }
  places.sort((left, right) => left.at - right.at || left.place - right.place);
  return Uint32Array.from(places, ({ place }) => place);
}
