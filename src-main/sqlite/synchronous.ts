/** A port inside the store's threads, where it answers without a promise. */
export type Synchronous<Port> = {
  [Method in keyof Port]: Port[Method] extends (...input: infer Input) => Promise<infer Answer>
    ? (...input: Input) => Answer
    : never;
};
