/** All control characters except line ends and tabs, and those that change the direction of the text. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;
/** Everything that some program takes for the end of a line, with the spaces around it. */
const LINE_END = /\s*[\n\r\t\v\f\u0085\u2028\u2029]\s*/g;

/** Text from names, notes and files must not steer the terminal that shows it. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '');
}

/** The same, on one line. Other spaces stay, since a name in a command may hold two of them. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(LINE_END, ' ')).trim();
}

/** Every control character but line ends and tabs, and whatever changes the direction of the text. */
const STEERING = /\r(?!\n)|(?![\n\t\r])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text of programs as it stands, what would steer a terminal shown as a sign of its own: the escape as ␛. */
export function visible(text: string): string {
  return text.replaceAll(STEERING, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : `\\u{${code.toString(16)}}`;
  });
}
