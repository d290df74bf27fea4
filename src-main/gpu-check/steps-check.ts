import { median } from '#core/analysis/quantile.ts';
import type { CheckCell } from '#core/gpu-check/gpu-report.ts';
import { GPU_NETWORKS, type JudgedNetwork, judgedDepths } from '#core/gpu-check/judged-networks.ts';
import type { StepProcess } from '#core/gpu-check/step-requests.ts';
import type { CheckTools, Findings, GpuCheck, TorchProcess } from './check.ts';

/** The first steps at a depth prepare it, and choose kernels. */
const WARM_UP = 3;
const MEGABYTE = 1e6;

export const stepsCheck: GpuCheck = {
  id: 'steps',
  title: 'Step time and memory',
  needsCard: true,
  seconds: (isQuick) => (isQuick ? 60 : 240),
  async run(tools, findings) {
    const rounds = tools.isQuick ? 5 : 15;
    await introduce(tools, findings, rounds);
    for (const [place, network] of GPU_NETWORKS.entries()) {
      // Processes of their own for each network: both libraries keep the memory that they have taken.
      const [process, torch] = [tools.openChecked(), tools.openTorch()];
      const { layers } = await process.ask('open', { network });
      // The deepest first: what TensorFlow has taken for one depth it keeps for the next.
      const depths = judgedDepths(layers, tools.isQuick).toReversed();
      for (const [done, frozen] of depths.entries()) {
        tools.progress((place + done / depths.length) / GPU_NETWORKS.length, `${network.name}, ${frozen} frozen`);
        findings.row([
          network.name,
          frozen,
          ...(await measured({ tools, process, torch }, { network, frozen, rounds })),
        ]);
      }
      process.end();
      torch?.end();
    }
  },
};

/** Says what is compared, and names the columns. */
async function introduce(tools: CheckTools, findings: Findings, rounds: number): Promise<void> {
  const torch = tools.openTorch();
  findings.say(
    `Medians (shortest) of ${rounds} steps${torch === null ? '' : ", each followed by PyTorch's"}. ${memoryWords(tools)}`,
  );
  if (torch === null) findings.say("Without PyTorch's: name a Python that has it with `--python`.");
  else {
    const { version, device } = await torch.hello();
    findings.say(`PyTorch ${version} on ${device}, eager, channels_last, TF32 off.`);
    torch.end();
  }
  findings.columns([
    'network',
    'frozen',
    'step, ms',
    ...(torch === null ? [] : ['PyTorch, ms', 'ratio']),
    'MB',
    ...(torch === null ? [] : ['PyTorch, MB']),
  ]);
}

function memoryWords({ isRehearsal }: CheckTools): string {
  const whose = isRehearsal
    ? 'Resident memory of the process'
    : "What the driver says that the process has of the card's memory";
  return `${whose}, deepest depth first, libraries included.`;
}

interface Sides {
  readonly tools: CheckTools;
  readonly process: StepProcess;
  readonly torch: TorchProcess | null;
}

interface Place {
  readonly network: JudgedNetwork;
  readonly frozen: number;
  readonly rounds: number;
}

/** One step of each side after the other, so that what disturbs the machine disturbs both. */
async function measured(
  { tools, process, torch }: Sides,
  { network, frozen, rounds }: Place,
): Promise<readonly CheckCell[]> {
  const [ours, others]: [number[], number[]] = [[], []];
  const resident = { ours: 0, others: 0 };
  for (let round = -WARM_UP; round < rounds; round++) {
    const { milliseconds, residentBytes } = await process.ask('steps', { frozenLayers: frozen, count: 1 });
    const other = (await torch?.step(network, frozen)) ?? null;
    resident.ours = residentBytes;
    resident.others = other?.residentBytes ?? 0;
    if (round < 0) continue;
    ours.push(...milliseconds);
    if (other !== null) others.push(other.milliseconds);
  }
  const memory = await tools.memoryOf(process.pid, resident.ours);
  if (torch === null) return [timeText(ours), megabytes(memory)];
  const ratio = (Math.min(...ours) / Math.min(...others)).toFixed(2);
  const torchMemory = await tools.memoryOf(torch.pid, resident.others);
  return [timeText(ours), timeText(others), ratio, megabytes(memory), megabytes(torchMemory)];
}

function timeText(milliseconds: readonly number[]): string {
  return `${median(milliseconds).toFixed(2)} (${Math.min(...milliseconds).toFixed(2)})`;
}

function megabytes(bytes: number | null): CheckCell {
  return bytes === null ? null : Math.round(bytes / MEGABYTE);
}
