/** A moment as Slurm writes it, in the time of the node. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/** When a job ends, in ms since 1970, from what `squeue -o %e` says; null for a job without a limit, or of which nothing is said. */
export function endOfJob(answer: string): number | null {
  const word = answer.trim();
  return MOMENT.test(word) ? new Date(word).getTime() : null;
}
