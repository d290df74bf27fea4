/** Breaks text into lines of up to this width; a word that is wider is cut. */
export function wrapText(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, width, measure))) {
    const line = lines[lines.length - 1];
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width || line === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, width: number, measure: (text: string) => number): string[] {
  if (measure(word) <= width) return [word];
  const characters = [...word];
  const perPiece = Math.max(1, Math.floor((characters.length * width) / measure(word)) - 1);
  const count = Math.ceil(characters.length / perPiece);
  return Array.from({ length: count }, (_, piece) =>
    characters.slice(piece * perPiece, (piece + 1) * perPiece).join(''),
  );
}
