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
