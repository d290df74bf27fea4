import { describe, expect, it } from 'vitest';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import { cellText, plain, pointText, runNames, spoken } from '../../../src-renderer/lib/point-text.ts';

const TABLE = {
  columns: ['runId', 'study', 'arm', 'seed', 'epoch', 'validationError_percent'],
  rows: [
    ['a1', 'quick', 'cubic 0.8', 1, 1, 50],
    ['a1', 'quick', 'cubic 0.8', 1, 2, 40],
    ['b2', null, null, 7, 1, 45],
  ],
};
const series = { name: '', axis: 'validation error (%)' };
const names = runNames(TABLE);

describe('what a chart says about a point', () => {
  it('names the run, the value with its unit, and the place', () => {
    const request = figureRequestSchema.parse({ kind: 'curves', runs: ['a1'] });
    const text = pointText(
      { x: 2, y: 12.34567, runId: 'a1', arm: 'cubic 0.8' },
      { request, place: 'epoch', names, series },
    );
    expect(text).toEqual({ title: 'cubic 0.8, seed 1', lines: ['validation error (%): 12.35', 'epoch: 2', 'run a1'] });
    expect(spoken(text)).toBe('cubic 0.8, seed 1, validation error (%): 12.35, epoch: 2, run a1');
  });

  it('says active time in the units of time', () => {
    const request = figureRequestSchema.parse({ kind: 'curves', runs: ['b2'], x: 'seconds' });
    const text = pointText({ x: 225, y: 1, runId: 'b2' }, { request, place: 'active time (min)', names, series });
    expect(text.title).toBe('seed 7');
    expect(text.lines[1]).toBe('active time: 3 min 45 s');
  });

  it('names a series that is no run, and what its own axis counts', () => {
    const request = figureRequestSchema.parse({ kind: 'step-times', run: 'a1' });
    const frozen = { name: 'frozen layers (right)', axis: 'frozen layers' };
    const text = pointText({ x: 40, y: 3 }, { request, place: 'step', names, series: frozen });
    expect(text).toEqual({ title: 'frozen layers (right)', lines: ['frozen layers: 3', 'step: 40'] });
  });

  it('knows no names where a table has no runs', () => {
    expect(runNames({ columns: ['layer'], rows: [[1]] }).size).toBe(0);
  });

  it('writes four digits, a true minus sign, and an en dash for what is not known', () => {
    expect(plain(0.123456)).toBe('0.1235');
    expect(plain(-12345.6)).toBe('−12350');
    expect(plain(0.0000123)).toBe('1.23e−5');
    expect(plain(Number.NaN)).toBe('NaN');
    expect(cellText(null)).toBe('–');
    expect(cellText('cubic 0.8')).toBe('cubic 0.8');
  });
});
