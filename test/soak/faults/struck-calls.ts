/** What a fault makes of one call, whatever way it answers in. */
export interface Blow {
  readonly delayMs: number;
  /** What the operation is then called with; null where it is not called at all. */
  readonly input: readonly unknown[] | null;
  /** What the caller gets in the end; null where the operation answers. */
  readonly error: Error | null;
}

type Call = (...input: readonly unknown[]) => unknown;

/** Chooses the blow of a call; null for most. */
export type Aim = (input: readonly unknown[], self: unknown) => Blow | null;

/** Puts another function in the place of an object's own one, with all that hangs on it, such as its form with promises. */
export function replace(object: object, name: string, replacement: (original: Call) => Call): void {
  const original: unknown = Reflect.get(object, name);
  if (typeof original !== 'function') throw new Error(`There is no function ${name} to be struck.`);
  const struck = replacement(original as Call);
  const { length, name: itsName, prototype, ...own } = Object.getOwnPropertyDescriptors(original);
  Object.defineProperties(struck, own);
  Object.defineProperty(object, name, { value: struck, writable: true, enumerable: true, configurable: true });
}

export function struckAtOnce(original: Call, aim: Aim): Call {
  return function (this: unknown, ...input) {
    const blow = aim(input, this);
    if (blow === null) return Reflect.apply(original, this, input);
    sleepHere(blow.delayMs);
    const answer = blow.input === null ? undefined : Reflect.apply(original, this, blow.input);
    if (blow.error !== null) throw blow.error;
    return answer;
  };
}

export function struckPromise(original: Call, aim: Aim): Call {
  return async function (this: unknown, ...input) {
    const blow = aim(input, this);
    if (blow === null) return Reflect.apply(original, this, input);
    await new Promise((resolve) => setTimeout(resolve, blow.delayMs));
    const answer = blow.input === null ? undefined : await Reflect.apply(original, this, blow.input);
    if (blow.error !== null) throw blow.error;
    return answer;
  };
}

/** The last argument is called with an error or null, and the answer. */
export function struckCallback(original: Call, aim: Aim): Call {
  return function (this: unknown, ...input) {
    const callback = input.at(-1);
    const blow = typeof callback === 'function' ? aim(input.slice(0, -1), this) : null;
    if (blow === null || typeof callback !== 'function') return Reflect.apply(original, this, input);
    const { delayMs, error } = blow;
    const finish = error === null ? callback : () => callback(error);
    const go = () => (blow.input === null ? finish() : Reflect.apply(original, this, [...blow.input, finish]));
    setTimeout(go, delayMs);
    return undefined;
  };
}

function sleepHere(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
