import type { Preset } from '#core/presets/presets.ts';
import { CHOSEN_PRESETS, presetSize, presets } from '#core/presets/presets.ts';
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

const ASKING_HELP = `${CHOSEN_PRESETS.map(({ name }) => name).join(', ')}: about your own data, as in \`study --preset ${CHOSEN_PRESETS[0].name} --dataset NAME --weights FILE --model KIND\`.`;

function listPresets({ terminal }: Context): void {
  const own = Object.entries(presets).map(([name, preset]) => ({ name, ...preset }));
  const asking = CHOSEN_PRESETS.map((preset) => ({ ...preset, studies: [] }));
  const all: readonly NamedPreset[] = [...own, ...asking];
  terminal.answer(all, () => {
    const questions = all.map(({ name, question }) => `${name}: ${question}`);
    return [textTable(COLUMNS, own), '', ...questions, '', ASKING_HELP].join('\n');
  });
}
