/** All control characters except line ends and tabs, and those that change the direction of the text. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text from names, notes and files must not steer the terminal that shows it. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '');
}

/** The same, on one line. Other spaces stay, since a name in a command may hold two of them. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\s*[\n\r\t\u2028\u2029]\s*/g, ' ')).trim();
}
