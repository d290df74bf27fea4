/**
 * One thing that a fresh machine needs.
 * @typedef {object} Step
 * @property {string} name its name for people
 * @property {() => boolean} isDone cheap: a few small reads, no process, no network
 * @property {(say: import('../cache.mjs').Say) => void | Promise<void>} run may be called again after it was cut off
 */
export {};
