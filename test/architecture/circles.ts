import type { SourceFile } from './source-files.ts';

/**
 * Files that import each other round in a circle, by path; types count too, since who reads one file of a circle has to
 * read all of it. Each circle is found once, and begins where it was entered.
 */
export function circlesAmong(files: readonly SourceFile[]): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) circles.push([...way.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    for (const { kind, target } of byPath.get(path)?.references ?? []) {
      // A thread or a process that is started imports nothing of its starter.
      if (kind !== 'url') visit(target, [...way, path]);
    }
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return circles;
}
