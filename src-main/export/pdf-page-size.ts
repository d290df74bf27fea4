import { AppError } from '#core/errors.ts';

/**
 * Skia's pages have sizes in whole points. This writes the exact size into the file of one page, and shifts the later places in
 * its table by the added bytes. The page's content starts at the upper edge, so the box keeps that edge.
 */
export function withPageSize(
  pdf: Buffer,
  { width, height }: { readonly width: number; readonly height: number },
): Buffer {
  const text = pdf.toString('latin1');
  const box = /\/MediaBox \[0 0 \d+ (\d+)\]/.exec(text);
  const table = text.lastIndexOf('xref\n', text.lastIndexOf('startxref'));
  if (box === null || table < 0) throw new AppError('internal', 'The PDF has no page whose size could be set.');
  const top = Number(box[1]);
  const exact = `/MediaBox [0 ${points(top - height)} ${points(width)} ${top}]`;
  const shift = exact.length - box[0].length;
  const objects = text.slice(0, box.index) + exact + text.slice(box.index + box[0].length, table);
  const places = text
    .slice(table)
    .replaceAll(/^(\d{10}) (\d{5} n)/gm, (_, place: string, rest: string) => {
      const moved = Number(place) > box.index ? Number(place) + shift : Number(place);
      return `${String(moved).padStart(10, '0')} ${rest}`;
    })
    .replace(/startxref\n\d+/, `startxref\n${table + shift}`);
  return Buffer.from(objects + places, 'latin1');
}

function points(value: number): string {
  return String(Number(value.toFixed(4)));
}
