/** Colours of a TikZ picture. Each is defined once, by name; its opacity is given where it is used. */
export class PgfColours {
  readonly #names = new Map<string, string>();

  /** "color=c1,opacity=0.4" for '#0072B266'; `kind` is what is coloured. */
  option(colour: string, kind: 'draw' | 'fill' | 'color'): string {
    const { name, opacity } = this.#read(colour);
    if (name === null) return `${kind}=none`;
    const opaque = kind === 'color' ? 'opacity' : `${kind} opacity`;
    return opacity === 1 ? `${kind}=${name}` : `${kind}=${name},${opaque}=${opacity}`;
  }

  definitions(): string[] {
    return [...this.#names].map(([hex, name]) => `\\definecolor{${name}}{HTML}{${hex}}`);
  }

  #read(colour: string): { readonly name: string | null; readonly opacity: number } {
    const found = /^#([0-9a-f]{6})([0-9a-f]{2})?$/i.exec(colour);
    if (found === null) return { name: null, opacity: 1 };
    const [, hex, alpha = 'ff'] = found;
    return { name: this.#nameOf(hex.toUpperCase()), opacity: Number((Number.parseInt(alpha, 16) / 255).toFixed(2)) };
  }

  #nameOf(hex: string): string {
    const name = this.#names.get(hex) ?? `c${this.#names.size + 1}`;
    this.#names.set(hex, name);
    return name;
  }
}
