/** What an arm saves and what it costs, both by point estimates; null where nothing was measured. */
export interface TradeOff {
  readonly saved: number | null;
  readonly cost: number | null;
}

/**
 * Whether each of them is on the front: no other saves at least as much at no more cost, with one of the two strictly better.
 * A trade-off that is unknown or not a number is never on the front and keeps no other off it.
 */
export function paretoFront(all: readonly TradeOff[]): boolean[] {
  const measured = all.map(measuredOf);
  return measured.map((one) => one !== null && !measured.some((other) => other !== null && dominates(other, one)));
}

interface Measured {
  readonly saved: number;
  readonly cost: number;
}

/** The trade-off in numbers; null where one of the two is unknown or not a number. */
export function measuredOf({ saved, cost }: TradeOff): Measured | null {
  const isMeasured = saved !== null && cost !== null && !Number.isNaN(saved) && !Number.isNaN(cost);
  return isMeasured ? { saved, cost } : null;
}

function dominates(one: Measured, other: Measured): boolean {
  const isAsGood = one.saved >= other.saved && one.cost <= other.cost;
  return isAsGood && (one.saved > other.saved || one.cost < other.cost);
}
