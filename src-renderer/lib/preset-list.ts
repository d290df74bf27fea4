import { networkName } from '#core/figure/labels.ts';
import { presets } from '#core/presets.ts';
import { armsOf } from '#core/study.ts';
import { counted } from './format.ts';

export interface PresetEntry {
  readonly name: string;
  readonly question: string;
  /** "12 runs in 2 studies: ResNet 16, VGG 16 on fashion-mnist". */
  readonly size: string;
  /** Full size is sized for a GPU; the others train on two cores. */
  readonly needsGpu: boolean;
}

/** The presets that come with the program, as a list shows them: first those for this machine. */
export function presetList(): readonly PresetEntry[] {
  const entries = Object.entries(presets).map(([name, { question, studies }]): PresetEntry => {
    const runs = studies.reduce(
      (sum, { arms, seeds, equalTimeBaseline }) => sum + armsOf(arms, equalTimeBaseline).length * seeds.length,
      0,
    );
    const networks = [...new Set(studies.map(({ base }) => networkName(base.model)))].join(', ');
    const place = `${counted(runs, 'run')} in ${counted(studies.length, 'study', 'studies')}`;
    return { name, question, size: `${place}: ${networks}`, needsGpu: name !== 'quick' && !name.endsWith('-mini') };
  });
  return entries.toSorted((a, b) => Number(a.needsGpu) - Number(b.needsGpu));
}
