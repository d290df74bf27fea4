import { needsGpu, presetSize, presets } from '#core/presets/presets.ts';
import { counted } from './format.ts';

export interface PresetEntry {
  readonly name: string;
  readonly question: string;
  /** "12 runs in 2 studies: ResNet 16, VGG 16 on fashion-mnist". */
  readonly size: string;
  /** Full size is sized for a GPU; the others train on two cores. */
  readonly needsGpu: boolean;
}

/** The presets that come with the program, as a list shows them: first those for small machines. */
export function presetList(): readonly PresetEntry[] {
  return Object.entries(presets).map(([name, preset]): PresetEntry => {
    const { question, studies } = preset;
    const { runs, networks } = presetSize(preset);
    const place = `${counted(runs, 'run')} in ${counted(studies.length, 'study', 'studies')}`;
    return { name, question, size: `${place}: ${networks.join(', ')}`, needsGpu: needsGpu(name) };
  });
}
