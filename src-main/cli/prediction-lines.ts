import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import { csvLine } from '#core/csv-text.ts';
import type { SkippedFiles } from '#core/data/data-files.ts';
import { firstNames } from '#core/data/kinds/folder-parts.ts';
import { AppError } from '#core/errors.ts';
import type { Adaptation, PredictedImage, PredictionNews } from '#core/prediction.ts';
import type { Context } from './context.ts';
import { writeContent } from './written-file.ts';

/** As many as float32 holds. */
const DIGITS = 7;

/** The columns before those of the classes. */
const FIRST_COLUMNS = ['file', 'class', 'problem'] as const;

const ADAPTED: Readonly<Record<Adaptation, string>> = {
  resized: 'had another size than the images of the run, and were resized and cropped to it',
  'made grey': 'have colour, but the images of the run are grey: they were made grey',
};

/** Prints what is predicted as CSV while it comes, or keeps it for a file or as JSON; all else goes to stderr. */
export class PredictionLines {
  readonly #context: Context;
  /** The CSV file to write; null where lines are printed. */
  readonly #path: string | null;
  readonly #images: PredictedImage[] = [];
  #runId = '';
  #classNames: readonly string[] = [];

  constructor(context: Context, path: string | null) {
    this.#context = context;
    this.#path = path;
  }

  /** Throws what a failed prediction failed with. */
  take(news: PredictionNews): void {
    const { terminal } = this.#context;
    if (news.type === 'failed') throw new AppError(news.code, news.message);
    if (news.type === 'said') terminal.note(news.text);
    else if (news.type === 'listed') for (const sentence of skippedSentences(news.skipped)) terminal.note(sentence);
    else if (news.type === 'classes') [this.#runId, this.#classNames] = [news.runId, news.classNames];
    else this.#add(news.images);
  }

  #add(images: readonly PredictedImage[]): void {
    if (images.length === 0) return;
    const isFirst = this.#images.length === 0;
    this.#images.push(...images);
    if (this.#path !== null) return;
    if (isFirst) this.#print([...FIRST_COLUMNS, ...this.#classNames]);
    for (const image of images) this.#print(this.#cells(image));
  }

  /** Writes the file or the JSON. Throws one sentence where images could not be classified. */
  async finish(): Promise<void> {
    const [runId, classNames, images, path] = [this.#runId, this.#classNames, this.#images, this.#path];
    if (path !== null) await writeContent(this.#context, path, this.#csv());
    const answer = { runId, classes: classNames, ...(path === null ? {} : { path }) };
    const { terminal } = this.#context;
    if (terminal.json) terminal.jsonLine({ ...answer, images: images.map((image) => this.#json(image)) });
    else if (path !== null) terminal.line(`Wrote ${countedNoun(images.length, 'row')} to ${path}.`);
    for (const sentence of adaptedSentences(images)) this.#context.terminal.note(sentence);
    const problems = images.filter(({ problem }) => problem !== null);
    if (problems.length === 0) return;
    const names = firstNames(problems.map(({ file, problem }) => `${file} ${problem}`));
    throw new AppError(
      'corrupt',
      `${wholeNumber(problems.length)} of ${countedNoun(images.length, 'image')} could not be classified: ${names}.`,
    );
  }

  #print(cells: Parameters<typeof csvLine>[0]): void {
    this.#context.terminal.line(csvLine(cells).trimEnd());
  }

  #csv(): string {
    const rows = [[...FIRST_COLUMNS, ...this.#classNames], ...this.#images.map((image) => this.#cells(image))];
    return rows.map(csvLine).join('');
  }

  #cells({ file, predicted, probabilities, problem }: PredictedImage): (string | number | null)[] {
    const values = this.#classNames.map((_, index) => probabilities?.[index] ?? null);
    return [harmlessPath(file), this.#classOf(predicted), problem, ...values.map(rounded)];
  }

  #json({ file, predicted, probabilities, problem }: PredictedImage): object {
    const values = probabilities?.map(rounded) ?? null;
    return { file, class: this.#classOf(predicted), problem, probabilities: values };
  }

  #classOf(predicted: number | null): string | null {
    return predicted === null ? null : this.#classNames[predicted];
  }
}

/** A spreadsheet would take such a name for a formula; this is the same path, so that it can still be opened. */
function harmlessPath(file: string): string {
  return /^[=+\-@\t\r]/.test(file) ? `./${file}` : file;
}

function rounded(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : Number(value.toPrecision(DIGITS));
}

/** What was left out, one sentence for each reason. */
function skippedSentences(skipped: readonly SkippedFiles[]): readonly string[] {
  return skipped.map(({ reason, files, total, first }) => {
    const was = files === 1 ? 'was' : 'were';
    const names = firstNames(
      first.map(({ path }) => path),
      total,
    );
    return `${countedNoun(files, 'file')} ${was} skipped: ${reason} (${names}).`;
  });
}

function adaptedSentences(images: readonly PredictedImage[]): readonly string[] {
  return (['resized', 'made grey'] as const).flatMap((kind) => {
    const changed = images.filter(({ adapted }) => adapted.includes(kind));
    if (changed.length === 0) return [];
    return `Careful: ${countedNoun(changed.length, 'image')} ${ADAPTED[kind]}.`;
  });
}
