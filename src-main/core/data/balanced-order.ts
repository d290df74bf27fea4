/**
 * An order of images that are sorted by class, in which any first and any last part holds every class in its share:
 * image k of a class of n comes at (k + 1/2) / n of the whole, classes in turn. Of the counts of the classes, as places
 * in the sorted list.
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
