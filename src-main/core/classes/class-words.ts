/** What stands where a matrix would. */
export const NOT_COUNTED = 'No predictions were counted: the run is of an older version, or has not ended.';

/** "1 class", "12 classes" */
export function countedClasses(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'class' : 'classes'}`;
}
