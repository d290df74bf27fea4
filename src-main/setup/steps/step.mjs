/**
 * One thing that a fresh machine needs.
 * @typedef {object} Step
 * @property {string} name what a person calls it
 * @property {() => boolean} isDone cheap: some small reads, no process, no network
 * @property {(say: import('../cache.mjs').Say) => void | Promise<void>} run may be called again after it was cut off
 */
export {};
