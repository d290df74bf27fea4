import { Option } from 'commander';
import type { LabClient } from '#contract/client.ts';
import { badRequest } from '#core/errors.ts';
import type { SearchRange } from '#core/find/parameters/searched-parameter.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { searchName } from '#core/find/search-name.ts';
import { FIRST_PARAMETER, parameterOf, SEARCHED_PARAMETERS } from '#core/find/searched-parameters.ts';
import type { SearchRequest } from '#core/find/settings.ts';
import { searchRequestSchema } from '#core/find/settings.ts';
import { labCommand } from '#core/lab-command.ts';
import type { RunRecord } from '#core/records.ts';
import type { BaseSpec, RunStatus } from '#core/run.ts';
import { isFinal, isOver, runSpecSchema } from '#core/run.ts';
import { parse } from '#core/validation.ts';
import { checkSpecs } from '../checked-specs.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { type DestinationOptions, destinationFrom, withDestinationOptions } from '../destination-options.ts';
import { examples } from '../examples.ts';
import { lookText, searchText } from '../find-text.ts';
import { kindSpec, withKindOptions } from '../kind-options.ts';
import { numberFrom, numbersFrom, secondsFrom } from '../option-values.ts';
import { hasFile, readBaseSpec, STDIN } from '../spec-file.ts';
import type { TrainingJob } from '../training-job.ts';
import { trainJob } from '../training-job.ts';

interface FindOptions extends DestinationOptions {
  /** In points of test error. */
  readonly tolerance?: number;
  /** In seconds. */
  readonly budget?: number;
  /** The parameter that is searched over; the options of its fields are named after them. */
  readonly over: string;
  readonly name?: string;
  readonly among?: readonly number[];
  readonly lowest?: number;
  readonly highest?: number;
  readonly resolution?: number;
  readonly equalTime: boolean;
}

export const findCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<spec>', 'a file with a run spec (JSON), or - for stdin, or the id or name of a study')
    .option('--tolerance <points>', 'points of test error that the freezing may cost', numberFrom)
    .option('--budget <time>', 'active time that the runs may take together: 90m, 2h, 1d', secondsFrom)
    .addOption(new Option('--over <what>', overHelp()).choices(PARAMETER_NAMES).default(FIRST_PARAMETER))
    .option('--name <name>', 'name for the new study')
    .option('--among <list>', 'search among these values only: 0.4,0.5,0.6', numbersFrom)
    .option('--lowest <value>', `lowest value to try (default: ${rangeText('lowest')})`, numberFrom)
    .option('--highest <value>', `highest value to try (default: ${rangeText('highest')})`, numberFrom)
    .option('--resolution <step>', `distance between the values (default: ${rangeText('resolution')})`, numberFrom);
  withKindOptions(command, SEARCHED_PARAMETERS).option(
    '--no-equal-time',
    'leave out the comparison with a baseline of equal time',
  );
  withDestinationOptions(command).action((target: string, options: FindOptions) =>
    find(contextOf(surroundings, command), target, options),
  );
  examples(command, [
    'find base.json --tolerance 0.5 --budget 2h',
    'find quick --tolerance 1 --budget 30m --among 0.5,0.8',
    'find fine-tuning.json --over layers --tolerance 1 --budget 2h',
    'find "my search" --budget 4h',
    'find base.json --tolerance 0.5 --budget 20h --on cluster',
  ]);
};

const PARAMETER_NAMES = SEARCHED_PARAMETERS.map(({ kind }) => kind);

/** "t0: the lowest t0, which saves most" */
function overHelp(): string {
  return SEARCHED_PARAMETERS.map(({ kind, goal }) => `${kind}: ${goal}`).join('; ');
}

/** "0.2 for t0" */
function rangeText(end: keyof SearchRange): string {
  return SEARCHED_PARAMETERS.map(({ kind, rangeWords }) => `${rangeWords[end]} for ${kind}`).join(', ');
}

async function find(context: Context, target: string, options: FindOptions): Promise<void> {
  const wanted = await wantedSearch(context, target, options);
  if ('base' in wanted && wanted.base !== undefined) {
    await checkSpecs(context, [runSpecSchema.parse(wanted.base)]);
  }
  const name = 'name' in wanted ? wanted.name : wanted.study;
  // The home then holds a spec that came through a pipe, and the settings of the search: its name is enough.
  const command = labCommand({ words: ['find'], operands: [name], home: context.homeOption });
  await trainJob(context, new SearchJob(context, wanted, command), options.detach);
}

type Wanted =
  | { readonly name: string; readonly base?: BaseSpec; readonly search: SearchRequest; readonly on?: On }
  | { readonly study: string; readonly budgetSeconds?: number; readonly on?: On };

type On = NonNullable<ReturnType<typeof destinationFrom>>;

async function wantedSearch(context: Context, target: string, options: FindOptions): Promise<Wanted> {
  const { tolerance, budget, name } = options;
  const on = destinationFrom(options);
  const there = on === undefined ? {} : { on };
  const isFile = target === STDIN || (await hasFile(target, context.shell));
  if (!isFile && tolerance === undefined) {
    return { study: target, ...(budget !== undefined && { budgetSeconds: budget }), ...there };
  }
  if (tolerance === undefined || budget === undefined) {
    throw badRequest('Give --tolerance POINTS and --budget TIME, such as --tolerance 0.5 --budget 2h: see --help.');
  }
  const search = requestFrom({ ...options, tolerance, budget });
  if (!isFile) return { name: target, search, ...there };
  const base = await readBaseSpec(target, context.shell, context.elsewhere);
  return { name: name ?? searchName(base, search), base, search, ...there };
}

function requestFrom(options: FindOptions & { readonly tolerance: number; readonly budget: number }): SearchRequest {
  const { tolerance, budget, over, among, lowest, highest, resolution, equalTime } = options;
  const request = {
    ...{ over: kindSpec(SEARCHED_PARAMETERS, over, options), tolerance, budgetSeconds: budget, equalTime },
    ...{ candidates: among, lowest, highest, resolution },
  };
  return parse(searchRequestSchema, request, 'the options');
}

/** A search, round after round. */
class SearchJob implements TrainingJob {
  readonly #context: Context;
  readonly #wanted: Wanted;
  readonly #command: string;
  #studyId: string | null = null;
  /** Runs that had ended before this command, and those that were already returned. */
  readonly #known = new Set<string>();
  /** How many looks were printed. */
  #told = 0;

  constructor(context: Context, wanted: Wanted, command: string) {
    this.#context = context;
    this.#wanted = wanted;
    this.#command = command;
  }

  async records(client: LabClient): Promise<readonly RunRecord[]> {
    const wanted = this.#wanted;
    const reference = this.#studyId ?? ('name' in wanted ? wanted.name : wanted.study);
    const known = (await client.studies.list({})).find(({ id, name }) => id === reference || name === reference);
    return known?.runs ?? [];
  }

  async start(client: LabClient): Promise<readonly string[]> {
    const wanted = this.#wanted;
    const progress = await ('name' in wanted ? client.searches.start(wanted) : client.searches.resume(wanted));
    this.#studyId = progress.studyId;
    this.#tell(progress);
    const runs = await this.records(client);
    for (const run of runs.filter((one) => isOver(one.status))) this.#known.add(run.id);
    return this.#fresh(runs);
  }

  async more(client: LabClient): Promise<readonly string[]> {
    this.#tell(await client.searches.show({ study: this.#studyId ?? '' }));
    return this.#fresh(await this.records(client));
  }

  async finish(client: LabClient): Promise<void> {
    const { terminal, homeOption } = this.#context;
    const progress = await client.searches.show({ study: this.#studyId ?? '' });
    if (terminal.json) return terminal.jsonLine({ type: 'search.finished', ...progress });
    terminal.line(`\n${searchText(progress)}\n`);
    if (progress.state === 'waiting' && progress.reason !== null) terminal.line(progress.reason);
    terminal.line(`All numbers: ${labCommand({ words: ['compare'], operands: [progress.name], home: homeOption })}`);
  }

  continuation(): string {
    return this.#command;
  }

  /** Failed runs are tried again; a diverged run would only diverge again. */
  goesOnFrom(status: RunStatus): boolean {
    return !isFinal(status);
  }

  /** Rounds follow one another without this command, so a run that is new here may already have ended. */
  #fresh(runs: readonly RunRecord[]): readonly string[] {
    const fresh = runs.filter((run) => !isOver(run.status) || !this.#known.has(run.id)).map((run) => run.id);
    for (const id of fresh) this.#known.add(id);
    return fresh;
  }

  #tell({ tried, settings }: SearchProgress): void {
    const { valueText } = parameterOf(settings.over);
    const looks = tried.flatMap(({ value, looks: own }) => own.map((look) => lookText(valueText(value), look)));
    for (const text of looks.slice(this.#told)) this.#context.terminal.line(text);
    this.#told = looks.length;
  }
}
