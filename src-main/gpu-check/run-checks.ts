import { AppError, messageOf } from '#core/errors.ts';
import type { GpuCheckWatching } from '#core/gpu-check/gpu-check-request.ts';
import type { CheckCell, CheckResult, CheckState, GpuReport } from '#core/gpu-check/gpu-report.ts';
import { gpuLacks } from '#core/gpu-check/gpu-set-up.ts';
import type { CheckTools, Findings, GpuCheck } from './check.ts';

export interface CheckRun extends GpuCheckWatching {
  readonly checks: readonly GpuCheck[];
  readonly report: Omit<GpuReport, 'parts' | 'checks'>;
  /** The tools of one part; `end` ends every process that it has opened. */
  readonly toolsFor: (progress: CheckTools['progress']) => { readonly tools: CheckTools; end(): void };
  readonly now: () => number;
}

const INTERRUPTED = 'Ended by Ctrl-C before it was done: what stands here was found until then.';

/** Runs one part after the other, and keeps the report after each. */
export async function runChecks(run: CheckRun): Promise<GpuReport> {
  const { checks, now, signal } = run;
  const report = { ...run.report, parts: checks.length };
  const began = now();
  const total = checks.map(({ seconds }) => seconds(report.isQuick)).reduce((sum, seconds) => sum + seconds, 0);
  const results: CheckResult[] = [];
  let expectedSoFar = 0;
  for (const check of checks) {
    const expected = check.seconds(report.isQuick);
    const partBegan = now();
    const onProgress = (share: number, what: string) => {
      const behind = expectedSoFar + share * expected;
      const pace = behind < 1 ? 1 : (now() - began) / 1000 / behind;
      const doing = `${check.title}: ${what}`;
      run.onProgress({ doing, done: results.length, parts: checks.length, secondsLeft: (total - behind) * pace });
    };
    onProgress(0, 'begins');
    const found = await outcomeOf(check, run, onProgress);
    const { id, title } = check;
    results.push({ id, title, ...found, seconds: (now() - partBegan) / 1000 });
    expectedSoFar += expected;
    await run.onReport({ ...report, checks: [...results] });
    if (signal.aborted) break;
  }
  return { ...report, checks: results };
}

async function outcomeOf(check: GpuCheck, run: CheckRun, onProgress: CheckTools['progress']) {
  const notes = new Notes();
  const { tools, end } = run.toolsFor(onProgress);
  run.signal.addEventListener('abort', end, { once: true });
  try {
    const lacks = gpuLacks(tools.setUp);
    if (run.signal.aborted) notes.skip(INTERRUPTED);
    else if (check.needsCard && lacks.length > 0 && !tools.isRehearsal)
      notes.skip(`There is no card to run it on: ${lacks[0].what}.`);
    else await check.run(tools, notes);
  } catch (error) {
    if (run.signal.aborted) notes.skip(INTERRUPTED);
    else if (error instanceof AppError) notes.fail(error.message);
    else notes.fail(`It failed unexpectedly: ${messageOf(error)}.`);
  } finally {
    run.signal.removeEventListener('abort', end);
    end();
  }
  return notes.result(tools.isRehearsal);
}

class Notes implements Findings {
  readonly #reasons: string[] = [];
  readonly #says: string[] = [];
  readonly #rows: (readonly CheckCell[])[] = [];
  #columns: readonly string[] = [];
  #hasFailed = false;
  #isSkipped = false;

  say(sentence: string): void {
    this.#says.push(sentence);
  }

  fail(sentence: string): void {
    this.#hasFailed = true;
    this.#reasons.push(sentence);
  }

  skip(reason: string): void {
    this.#isSkipped = true;
    this.#reasons.push(reason);
  }

  columns(names: readonly string[]): void {
    this.#columns = names;
  }

  row(cells: readonly CheckCell[]): void {
    this.#rows.push(cells);
  }

  result(isRehearsal: boolean): Pick<CheckResult, 'state' | 'says' | 'table'> {
    const table = this.#columns.length === 0 ? null : { columns: this.#columns, rows: this.#rows };
    return { state: this.#state(isRehearsal), says: [...this.#reasons, ...this.#says], table };
  }

  #state(isRehearsal: boolean): CheckState {
    if (this.#hasFailed) return 'failed';
    if (this.#isSkipped) return 'not-run';
    return isRehearsal ? 'rehearsed' : 'passed';
  }
}
