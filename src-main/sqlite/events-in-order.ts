import type { RunEvent } from '#core/run-event.ts';

/** Merges sequences of events, each in order of seq, into one in order of seq. */
export function* inOrder(sequences: readonly Iterable<RunEvent>[]): Generator<RunEvent> {
  const open = sequences.map((sequence) => sequence[Symbol.iterator]() as Iterator<RunEvent, undefined>);
  try {
    const heads = open.map((iterator) => iterator.next());
    for (let first = indexOfFirst(heads); first !== null; first = indexOfFirst(heads)) {
      const head = heads[first];
      if (head.done !== true) yield head.value;
      heads[first] = open[first].next();
    }
  } finally {
    // A statement whose rows were not all read would keep its transaction open.
    for (const iterator of open) iterator.return?.();
  }
}

function indexOfFirst(heads: readonly IteratorResult<RunEvent, undefined>[]): number | null {
  let first: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, head] of heads.entries()) {
    if (head.done === true || head.value.seq >= least) continue;
    [first, least] = [index, head.value.seq];
  }
  return first;
}
