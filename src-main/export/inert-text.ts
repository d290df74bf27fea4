/** Control characters, those that turn the direction of the text, and halves of a character: no file format wants them. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u{FFFE}\u{FFFF}]/gu;

/** Text from names and notes, on one line and without what could steer a viewer. */
export function inertText(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNPRINTABLE, '');
}

/** Safe as text and as an attribute's value in XML and HTML. */
export function escapeMarkup(text: string): string {
  return inertText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
