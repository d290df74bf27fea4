import type { PageClient } from '#contract/client.ts';

const MOST_ASKED = 100;

/** How many bytes the checkpoints of these runs take; null where there are too many runs to ask about. */
export async function checkpointBytes(
  api: PageClient,
  runs: readonly { readonly id: string }[],
): Promise<number | null> {
  if (runs.length > MOST_ASKED) return null;
  const details = await Promise.all(runs.map(({ id }) => api.runs.show({ run: id })));
  return details.flatMap(({ checkpoints }) => checkpoints).reduce((sum, { bytes }) => sum + bytes, 0);
}
