import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';
import { imageSizeFrom, numberFrom, pointsFrom, policyFrom } from './option-values.ts';

const MODEL_KINDS = ['densenet-bc', 'wide-resnet', 'vgg'];

/** `models describe`, `schedule` and `init`: what can be said of a network before it trains. */
export function addNetworkCommands(program: Command, surroundings: Surroundings): void {
  addModels(program, surroundings);
  addSchedule(program, surroundings);
  addInit(program, surroundings);
}

function addModels(program: Command, surroundings: Surroundings): void {
  const models = program.command('models').description('The networks.');
  const describe = models
    .command('describe')
    .description('List the layers of a network with their parameters, multiply-adds and variables.')
    .addArgument(new Argument('<kind>', 'the network').choices(MODEL_KINDS))
    .action(async (kind: string, _options: unknown, command: Command) => {
      const { describeModel } = await import('./describe-model.ts');
      describeModel(contextOf(surroundings, command), { model: kind, ...command.opts<ModelOptions>() });
    });
  withModelOptions(describe);
  examples(describe, [
    'models describe densenet-bc --depth 76 --growth 12',
    'models describe vgg --input 28x28x1 --json',
  ]);
}

function addSchedule(program: Command, surroundings: Surroundings): void {
  const schedule = program
    .command('schedule')
    .description('Show when each layer of a network freezes, at which rate it starts, and the compute that this saves.')
    .addOption(new Option('--model <kind>', 'the network').choices(MODEL_KINDS).makeOptionMandatory());
  withModelOptions(schedule)
    .requiredOption('--epochs <count>', 'epochs of the run', numberFrom)
    .requiredOption('--steps-per-epoch <count>', 'steps in an epoch', numberFrom)
    .option('--shape <shape>', 'linear, squared, cubic, or curve with --points', 'cubic')
    .option('--t0 <fraction>', 'where the first layer freezes, before the shape; above 0, at most 1', numberFrom)
    .option('--points <x:r,...>', 'the curve: freeze time r of a layer at depth x, such as 0:0.4,1:1', pointsFrom)
    .option('--no-scale', 'start every layer at the same learning rate')
    .option(
      '--policy <json>',
      'a policy as in a run spec, instead of --shape, --t0, --points and --no-scale',
      policyFrom,
    )
    .option('--learning-rate <rate>', 'rate that the layers share before scaling', numberFrom, 0.1)
    .action(async (_options: unknown, command: Command) => {
      const { printSchedule } = await import('./print-schedule.ts');
      printSchedule(contextOf(surroundings, command), command.opts<ScheduleOptions>());
    });
  examples(schedule, [
    'schedule --model densenet-bc --depth 76 --growth 12 --epochs 100 --steps-per-epoch 900 --shape cubic --t0 0.8',
    'schedule --model wide-resnet --epochs 50 --steps-per-epoch 781 --shape linear --t0 0.5 --no-scale --json',
    `schedule --model wide-resnet --epochs 50 --steps-per-epoch 781 --policy '{"kind":"stepwise","start":0.5}'`,
  ]);
}

function addInit(program: Command, surroundings: Surroundings): void {
  const init = program
    .command('init')
    .description('Write the initial weights that a run spec starts from, as safetensors.')
    .argument('<spec>', 'a run spec (JSON), or - for stdin')
    .argument('<file>', 'the safetensors file to write');
  init.action(async (spec: string, file: string) => {
    const { writeInitialWeights } = await import('./write-initial-weights.ts');
    await writeInitialWeights(contextOf(surroundings, init), spec, file);
  });
  examples(init, ['init run.json start.safetensors']);
}

export interface ModelOptions {
  readonly depth?: number;
  readonly growth?: number;
  readonly width?: number;
  readonly skip: boolean;
  readonly classes: number;
  readonly input: ReturnType<typeof imageSizeFrom>;
}

export interface ScheduleOptions extends ModelOptions {
  readonly model: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly shape: string;
  readonly t0?: number;
  readonly points?: ReturnType<typeof pointsFrom>;
  readonly scale: boolean;
  /** Not validated yet. */
  readonly policy?: unknown;
  readonly learningRate: number;
}

function withModelOptions(command: Command): Command {
  return command
    .option('--depth <layers>', 'depth of the network', numberFrom)
    .option('--growth <filters>', 'growth of densenet-bc', numberFrom)
    .option('--width <factor>', 'width of wide-resnet; share of the filters of vgg', numberFrom)
    .option('--no-skip', 'wide-resnet without its shortcuts')
    .option('--classes <count>', 'classes', numberFrom, 10)
    .addOption(
      new Option('--input <size>', 'height, width and channels of an image')
        .argParser(imageSizeFrom)
        .default({ height: 32, width: 32, channels: 3 }, '32x32x3'),
    );
}
