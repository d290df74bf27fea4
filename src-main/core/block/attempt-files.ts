/** The files of a block that are not an attempt's. */
export const BLOCK_FILE = 'block.json';
export const CLAIM_FILE = 'claim.json';
export const CONTROL_FILE = 'control.json';
/** The folder with the folders of the runs. */
export const RUNS_FOLDER = 'runs';
/** In the folder of a run, as in a home: the weights with which it ended, and what its trainers wrote. */
export const FINAL_WEIGHTS_FILE = 'weights.safetensors';
export const TRAINER_LOG_FILE = 'trainer.log';

const ATTEMPT_FILE = /^(?:beat|end)\.(\d{1,7})\.json$/;
const RUN_FILE = /^(?:events\.(\d{1,7})\.ndjson|from\.(\d{1,7})\.json)$/;

export function beatFile(attempt: number): string {
  return `beat.${attempt}.json`;
}

export function endFile(attempt: number): string {
  return `end.${attempt}.json`;
}

/** The events of a run that an attempt has reported, one a line. */
export function eventsFile(attempt: number): string {
  return `events.${attempt}.ndjson`;
}

/** What an attempt at a run goes on from. */
export function beginningFile(attempt: number): string {
  return `from.${attempt}.json`;
}

/** The attempts that have left a file among these of a block's folder, in ascending order. */
export function attemptsIn(names: readonly string[]): readonly number[] {
  return numbersIn(names, ATTEMPT_FILE);
}

/** The attempts that have begun with a run, by the names in its folder, in ascending order. */
export function attemptsAtRun(names: readonly string[]): readonly number[] {
  return numbersIn(names, RUN_FILE);
}

/** The numbers in names that match, each once. */
function numbersIn(names: readonly string[], pattern: RegExp): readonly number[] {
  const numbers = names
    .flatMap(
      (name) =>
        pattern
          .exec(name)
          ?.slice(1)
          .find((group) => group !== undefined) ?? [],
    )
    .map(Number);
  return [...new Set(numbers)].sort((one, other) => one - other);
}
