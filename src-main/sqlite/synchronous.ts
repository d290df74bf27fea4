/** A port as it is inside the store's threads: answers at once. */
export type Synchronous<Port> = {
  [Method in keyof Port]: Port[Method] extends (...input: infer Input) => Promise<infer Answer>
    ? (...input: Input) => Answer
    : never;
};
