import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import { AppError, badRequest } from '#core/errors.ts';
import type { Imported, ImportNews } from './import-news.ts';

/** How far an import is, as a line that is shown while it works. */
export function importProgress(news: Extract<ImportNews, { readonly type: 'reading' | 'storing' }>): string {
  if (news.type === 'reading') return `Reading the file: ${wholeNumber(Math.floor(news.bytes / 1e6))} MB`;
  return `Storing ${countedNoun(news.of, 'run')}: ${wholeNumber(news.runs)} done, ${countedNoun(news.events, 'event')}`;
}

/** What an import did, in one or two sentences. */
export function importSentence({ runIds, completedRunIds, studyIds, eventsThere }: Imported): string {
  const completed = completedRunIds.length === 0 ? '' : ` and completed ${wholeNumber(completedRunIds.length)}`;
  const there =
    eventsThere === 0
      ? ''
      : ` ${countedNoun(eventsThere, 'event')} of the file ${eventsThere === 1 ? 'was' : 'were'} here already.`;
  return `Imported ${countedNoun(runIds.length, 'run')}${completed} of ${studyIds.length === 1 ? '1 study' : `${wholeNumber(studyIds.length)} studies`}.${there}`;
}

/** For a file, or what stands for one, in which nothing is. */
export function withoutLines(file: string): AppError {
  return badRequest(`${file} has no event lines: give what \`export study\` wrote.`);
}

/** For a study that would be imported into the trash. */
export function studyInTrash(name: string): AppError {
  return new AppError(
    'conflict',
    `The study "${name}" is in the trash: restore it, or delete it for ever, before its runs are imported again.`,
  );
}

/** For events of a run that is not here, and whose beginning they do not hold. */
export function withoutStart(runId: string): AppError {
  return badRequest(`The lines of run ${runId} do not include its "run.started": import the whole run.`);
}
