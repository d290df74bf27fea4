import { join } from 'node:path';
import { parseEventLine } from '#core/exchange/event-line.ts';
import { StagedLines } from '../../src-main/sqlite/staged-lines.ts';
import { temporaryFolder } from './store-fixtures.ts';

/** The path of a staging database with these event lines, which is gone after the test. */
export function stagedFile(lines: readonly string[]): string {
  const path = join(temporaryFolder(), 'staging.sqlite');
  const staged = StagedLines.create(path);
  for (const [index, text] of lines.entries()) {
    const line = parseEventLine(text, index + 1);
    if ('runId' in line) staged.addEvent(line, index + 1);
    else if (line.type === 'study.exported') staged.addStudy(line.study);
  }
  staged.close();
  return path;
}
