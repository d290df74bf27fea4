import { describe, expect, it } from 'vitest';
import type { CheckResult, CheckState, GpuReport } from '#core/gpu-check/gpu-report.ts';
import { gpuReportText, gpuVerdict } from '#core/gpu-check/gpu-report.ts';

const part = (id: string, state: CheckState, others: Partial<CheckResult> = {}): CheckResult => ({
  ...{ id, title: `Part ${id}`, state, says: [], table: null, seconds: 2.4 },
  ...others,
});
const report: GpuReport = {
  ...{ form: 1, program: '0.1.0', began: '2026-11-30T12:00:00.000Z', isQuick: true, isRehearsal: false, parts: 2 },
  checks: [
    part('a', 'passed', { table: { columns: ['network', 'MB'], rows: [['a|b', null]] } }),
    part('b', 'not-run', { says: ['There is no profiler.'] }),
  ],
};

describe('the verdict', () => {
  it('counts what passed, and never what was not run', () => {
    expect(gpuVerdict(report)).toBe('1 of 2 parts passed, 0 failed, 1 not run.');
    const all = [part('a', 'passed'), part('b', 'passed')];
    expect(gpuVerdict({ ...report, checks: all })).toBe('All parts (2) passed on the GPU.');
  });

  it('counts what was not begun when the check ended', () => {
    const begun = (state: CheckState) => gpuVerdict({ ...report, checks: [part('a', state)] });
    expect(begun('passed')).toBe('1 of 2 parts passed, 0 failed, 0 not run, 1 not begun.');
    expect(begun('failed')).toBe('0 of 2 parts passed, 1 failed, 0 not run, 1 not begun.');
  });

  it('of a rehearsal claims nothing of a GPU', () => {
    const rehearsed = { ...report, isRehearsal: true, checks: [part('a', 'rehearsed'), part('b', 'not-run')] };
    expect(gpuVerdict(rehearsed)).toMatch(/^A rehearsal on the processor: 1 of 2 .* It says nothing of a GPU\.$/);
    expect(gpuReportText(rehearsed)).not.toMatch(/\bpassed\b/);
  });
});

describe('the file', () => {
  const text = gpuReportText(report);

  it('has a table of the parts, and each with its reasons and numbers', () => {
    expect(text).toContain('| Part a | passed | 2 s |\n| Part b | not run | 2 s |');
    expect(text).toContain('## Part b: not run\n\nThere is no profiler.');
    expect(text).toContain('| network | MB |\n| --- | --- |\n| a\\|b |  |');
  });

  it('has all of it once more for programs', () => {
    const [, json] = /```json\n(.*)\n```/.exec(text) ?? [];
    expect(JSON.parse(json)).toEqual(report);
  });
});
