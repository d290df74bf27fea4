import type { Command } from 'commander';
import { Option } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';

export interface ExportWeightsOptions {
  readonly layout: 'tensorflow' | 'pytorch';
}

/** `export ...` */
export function addExportCommands(program: Command, surroundings: Surroundings): void {
  const group = program.command('export').description('Carry weights and studies out of the home.');
  addWeights(group, surroundings);
  addStudy(group, surroundings);
}

function addWeights(group: Command, surroundings: Surroundings): void {
  const weights = group
    .command('weights')
    .description("Write a finished run's weights as safetensors.")
    .argument('<run>', 'its id, or the beginning of it')
    .argument('<file>', 'the safetensors file to write')
    .addOption(
      new Option('--layout <layout>', 'tensorflow: conv [h,w,in,out], dense [in,out]; pytorch: [out,in,h,w], [out,in]')
        .choices(['tensorflow', 'pytorch'])
        .default('tensorflow'),
    );
  weights.action(async (run: string, file: string, { layout }: ExportWeightsOptions) => {
    const { exportWeights } = await import('./exports.ts');
    await exportWeights(contextOf(surroundings, weights), { run, file, layout });
  });
  examples(weights, ['export weights 4k2h8d0c5t model.safetensors --layout pytorch']);
}

function addStudy(group: Command, surroundings: Surroundings): void {
  const study = group
    .command('study')
    .description(
      'Write a study: its tables (.csv, .json), its epochs (.parquet), a report (.html), or else lines that `runs import` reads.',
    )
    .argument('<study>', 'its id or name')
    .argument('<file>', 'the file to write; its ending says which of them');
  study.action(async (reference: string, file: string) => {
    const { exportStudy } = await import('./exports.ts');
    await exportStudy(contextOf(surroundings, study), reference, file);
  });
  examples(study, ['export study quick quick.ndjson', 'export study quick quick.html']);
}
