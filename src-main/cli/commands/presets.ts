import type { Preset } from '#core/presets/presets.ts';
import { presetSize, presets } from '#core/presets/presets.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

type NamedPreset = Preset & { readonly name: string };

const COLUMNS: readonly TextColumn<NamedPreset>[] = [
  { title: 'preset', cell: ({ name }) => name },
  { title: 'runs', align: 'right', cell: (preset) => presetSize(preset).runs },
  { title: 'data', cell: ({ studies }) => [...new Set(studies.map(({ base }) => base.dataset))].join(', ') },
  { title: 'networks', cell: (preset) => presetSize(preset).networks.join(', ') },
];

export const presetsCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listPresets(contextOf(surroundings, command)));
  examples(command, ['presets', 'presets --json']);
};

function listPresets({ terminal }: Context): void {
  const all = Object.entries(presets).map(([name, preset]) => ({ name, ...preset }));
  terminal.answer(all, () => {
    const questions = all.map(({ name, question }) => `${name}: ${question}`);
    return [textTable(COLUMNS, all), '', ...questions].join('\n');
  });
}
