/** The last line of what a program has said, which usually says why it ended; null where it has said nothing. */
export function lastLineOf(text: string): string | null {
  return (
    text
      .trim()
      .split(/[\r\n]+/)
      .at(-1) || null
  );
}
