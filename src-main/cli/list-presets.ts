import { networkName } from '#core/figure/labels.ts';
import type { Preset } from '#core/presets.ts';
import { presets } from '#core/presets.ts';
import { armsOf } from '#core/study.ts';
import type { Context } from './context.ts';
import type { Column } from './text-table.ts';
import { textTable } from './text-table.ts';

type NamedPreset = Preset & { readonly name: string };

const COLUMNS: readonly Column<NamedPreset>[] = [
  { title: 'preset', cell: ({ name }) => name },
  { title: 'runs', align: 'right', cell: runCount },
  { title: 'data', cell: ({ studies }) => distinct(studies.map(({ base }) => String(base.dataset))) },
  { title: 'networks', cell: ({ studies }) => distinct(studies.map(({ base }) => networkName(base.model))) },
];

/** `presets` */
export function listPresets({ terminal }: Context): void {
  const all = Object.entries(presets).map(([name, preset]) => ({ name, ...preset }));
  terminal.answer(all, () => {
    const questions = all.map(({ name, question }) => `${name}: ${question}`);
    return [textTable(COLUMNS, all), '', ...questions].join('\n');
  });
}

function runCount({ studies }: Preset): number {
  return studies.reduce((sum, { arms, seeds, equalTimeBaseline }) => {
    return sum + armsOf(arms, equalTimeBaseline).length * seeds.length;
  }, 0);
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}
