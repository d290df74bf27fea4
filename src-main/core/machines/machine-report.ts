/** One thing that was looked at on a machine. */
export interface MachineFinding {
  /** What it is about: "ssh", "GPU". */
  readonly what: string;
  /** `missing` keeps runs from training there; `note` does not. */
  readonly state: 'fine' | 'missing' | 'note';
  /** What was found, in a few words. */
  readonly found: string;
  /** What to do about it, or the command that does it; null where nothing is to be done. */
  readonly mend: string | null;
}

/** What a look at a machine has found. */
export interface MachineReport {
  readonly machine: string;
  /** In milliseconds since 1970. */
  readonly checkedAt: number;
  readonly findings: readonly MachineFinding[];
}

/** Whether runs can train there. */
export function isReady({ findings }: MachineReport): boolean {
  return findings.every(({ state }) => state !== 'missing');
}
