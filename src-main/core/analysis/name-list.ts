/** Marks in a name that end or divide a part of a sentence, so that nobody could tell where the name ends. */
const DIVIDING = /[,;:.()[\]“”"]\s|[,;:“”"]|[.]$|(^|\s)(and|or|against)(\s|$)|^\s|\s$/;

/** A name as it stands in a sentence: in quotes where its own commas, words or marks would read as the sentence's. */
export function quotedName(name: string): string {
  return name === '' || DIVIDING.test(name) ? `“${name.replaceAll('“', '‘').replaceAll('”', '’')}”` : name;
}

/** "one, two and three". Parts with commas of their own are told apart by semicolons. */
export function enumerated(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  const isPlain = parts.every((part) => !/,\s/.test(part.replaceAll(/“[^”]*”/g, '')));
  const before = parts.slice(0, -1).join(isPlain ? ', ' : '; ');
  return `${before}${isPlain ? '' : ';'} and ${parts.at(-1)}`;
}
