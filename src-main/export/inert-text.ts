/** Control characters, characters that change the text's direction, and halves of characters, which no file should contain. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u{FFFE}\u{FFFF}]/gu;

/** Text from names and notes, on one line and without characters that could control a viewer. */
export function inertText(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNPRINTABLE, '');
}

/** Escapes text, so that it is safe as content and as an attribute's value in XML and HTML. */
export function escapeMarkup(text: string): string {
  return inertText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
