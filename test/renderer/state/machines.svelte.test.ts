import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { machineSchema, type RemoteMachine } from '#core/machines/machine.ts';
import type { MachineReport } from '#core/machines/machine-report.ts';
import type { Change } from '#core/records.ts';
import { machineFacts, machineSign } from '../../../src-renderer/lib/machine-words.ts';
import { MachineList } from '../../../src-renderer/state/machines.svelte.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';

const GPUBOX = machineSchema.parse({ name: 'gpubox', ssh: 'gpubox', root: '~/.freezeout-lab' });
const READY: MachineReport = {
  machine: 'gpubox',
  checkedAt: 1,
  findings: [{ what: 'set-up', state: 'fine', found: 'done', mend: null }],
};
const LACKING: MachineReport = {
  ...READY,
  findings: [{ what: 'set-up', state: 'missing', found: 'not done', mend: 'do it' }],
};

/** A list over machines that the test changes; `asked` says what the page has asked for. */
function listOver(
  machines: RemoteMachine[],
  answers: { setUp?: () => Promise<MachineReport>; confirms?: boolean } = {},
) {
  const asked: string[] = [];
  let hear: (change: Change) => void = () => undefined;
  const api = {
    machines: {
      list: async () => [...machines],
      check: async ({ machine }: { machine: string }) => {
        asked.push(`check ${machine}`);
        return LACKING;
      },
      setUp: answers.setUp ?? (async () => READY),
      remove: async ({ machine }: { machine: string }) => void asked.push(`remove ${machine}`),
    },
    desktop: {
      addMachine: async (machine: RemoteMachine) => {
        if (answers.confirms === false) return null;
        machines.push({ ...GPUBOX, ...machine });
        return machine;
      },
    },
  };
  const live = {
    onChange: (listener: (change: Change) => void) => {
      hear = listener;
      return () => undefined;
    },
  };
  const notices = new Notices();
  const works = { shown: [] };
  const list = new MachineList({ api, live, notices, works } as unknown as ConstructorParameters<
    typeof MachineList
  >[0]);
  list.follow();
  return { list, asked, notices, change: () => hear({ kind: 'machines', ids: [] }) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the machines of the settings', () => {
  it('are read again when they change', async () => {
    const machines: RemoteMachine[] = [];
    const { list, change } = listOver(machines);
    await settled();
    expect(list.all).toEqual([]);
    machines.push(GPUBOX);
    change();
    await settled();
    expect(list.all).toMatchObject([{ machine: GPUBOX, report: null, busy: null }]);
  });

  it('are looked at once they are added, and not where the user does not confirm them', async () => {
    const added = { name: 'gpubox', ssh: 'gpubox', root: '~/lab' };
    const { list, asked } = listOver([]);
    expect(await list.add(added)).toBe(true);
    await settled();
    expect(asked).toEqual(['check gpubox']);
    expect(list.all?.[0].report).toEqual(LACKING);
    const refusing = listOver([], { confirms: false });
    expect(await refusing.list.add(added)).toBe(false);
    expect(refusing.asked).toEqual([]);
  });

  it('show why one was not set up, with its last lines, until it is', async () => {
    const lines = ['fetching Node', 'no compiler'];
    let fails = true;
    const setUp = async () => {
      if (fails) throw new AppError('unavailable', 'gpubox was not set up: no compiler.', { lines });
      return READY;
    };
    const { list, notices } = listOver([GPUBOX], { setUp });
    await settled();
    await list.setUp('gpubox');
    const sentence = 'gpubox was not set up: no compiler.';
    expect(list.all?.[0]).toMatchObject({ busy: null, failure: { sentence, lines }, report: null });
    fails = false;
    await list.setUp('gpubox');
    expect(list.all?.[0]).toMatchObject({ failure: null, report: READY });
    expect(notices.all.map(({ text }) => text)).toEqual(['gpubox is set up.']);
  });
});

it('says how a machine stands, and how it starts runs', () => {
  expect([null, READY, LACKING].map((report) => machineSign(report).text)).toEqual([
    'not checked',
    'ready',
    '1 thing missing',
  ]);
  expect(machineFacts(GPUBOX)).toBe('gpubox, in ~/.freezeout-lab');
  expect(machineFacts({ ...GPUBOX, gpus: ['0', '1'] })).toBe('gpubox, in ~/.freezeout-lab, on 2 GPUs');
  const slurm = machineSchema.shape.slurm.parse({ partition: 'gpu', gres: 'gpu:a100:1' });
  expect(machineFacts(machineSchema.parse({ ...GPUBOX, slurm }))).toBe(
    'gpubox, in ~/.freezeout-lab, by Slurm (gpu, gpu:a100:1)',
  );
});
