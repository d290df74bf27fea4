/** The list with one of its items at another place, from 1; a place behind the last is the last. The others keep their order. */
export function movedTo<Item>(items: readonly Item[], item: Item, place: number): Item[] {
  const others = items.filter((other) => other !== item);
  if (others.length === items.length) return others;
  return others.toSpliced(Math.max(0, Math.min(others.length, Math.trunc(place) - 1)), 0, item);
}
