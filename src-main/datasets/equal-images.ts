import { hash } from 'node:crypto';

/** Finds images that are equal in every pixel, while they are read one after the other. */
export class EqualImages {
  readonly #first = new Map<string, number>();
  readonly #groups = new Map<number, number[]>();

  /** Images of `size` bytes each; `first` is the number of the first of them. */
  add(images: Uint8Array, { size, first }: { readonly size: number; readonly first: number }): void {
    for (let start = 0, number = first; start < images.length; start += size, number++) {
      // The bytes of the hash as a string: a key that takes no more memory than it has to.
      const key = hash('sha256', images.subarray(start, start + size), 'binary');
      const earlier = this.#first.get(key);
      if (earlier === undefined) this.#first.set(key, number);
      else this.#groupOf(earlier).push(number);
    }
  }

  /** The numbers of each group of equal images, from the first to the last. */
  get groups(): readonly (readonly number[])[] {
    const ordered = [...this.#groups.values()].map((group) => group.toSorted((one, other) => one - other));
    return ordered.toSorted(([one], [other]) => one - other);
  }

  #groupOf(first: number): number[] {
    const group = this.#groups.get(first) ?? [first];
    this.#groups.set(first, group);
    return group;
  }
}
