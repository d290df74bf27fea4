import { call } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import type { LabHost } from '#contract/host.ts';
import type { Restored } from '#core/backups.ts';
import { AppError } from '#core/errors.ts';
import { backupProcedures } from '../../src-main/electron/backup-procedures.ts';
import type { DesktopPorts } from '../../src-main/electron/desktop-ports.ts';
import { LabConnection } from '../../src-main/electron/lab-connection.ts';
import { Mailbox } from '../../src-main/electron/mailbox.ts';

const RESTORED: Restored = {
  backup: { name: 'lab-1.sqlite', madeAt: Date.UTC(2026, 10, 30), reason: 'asked', bytes: 1 },
  losses: { newRuns: 3, laterRuns: 0, deletedRuns: 0, newStudies: 0 },
  kept: '/home/replaced/1',
  paused: 0,
  strayRuns: null,
};

/** An app whose home is in the test's hands; `did` lists what happens to it, in order. */
async function openDesktop({ owner = true, running = [] as string[], place = async () => RESTORED } = {}) {
  const did: string[] = [];
  const told: string[] = [];
  const client = { runs: { list: async () => running.map((id) => ({ id })) } };
  const open = async () => {
    did.push('opened');
    const closing = { close: async () => void did.push('closed'), idle: async () => undefined };
    const lost = new Promise<void>(() => undefined);
    return { client, owner, readOnly: null, lost, ...closing } as unknown as LabHost;
  };
  const lab = new LabConnection(open);
  await lab.start();
  const restoration = {
    prepare: async () => {
      did.push('prepared');
      return () => {
        did.push(`placed while ${lab.ownership}`);
        return place();
      };
    },
  };
  const notices = new Mailbox<{ readonly text: string }>();
  notices.put = ({ text }) => void told.push(text);
  let loaded = () => {};
  const reload = () => {
    did.push('loaded the page');
    loaded();
  };
  const once = (_event: 'did-finish-load', listener: () => void) => {
    loaded = listener;
  };
  const window = () => ({ webContents: { once, reload } });
  const ports = { lab, notices, window, tools: { restoration } } as unknown as DesktopPorts;
  const restore = () => call(backupProcedures(ports).restoreBackup, { name: 'lab-1.sqlite' as never });
  return { did, told, restore };
}

describe('restoring a backup in the app', () => {
  it('copies it first, closes the home to place it, opens both anew, and says what was lost', async () => {
    const { did, told, restore } = await openDesktop();
    await restore();
    expect(did).toEqual(['opened', 'prepared', 'closed', 'placed while looking', 'opened', 'loaded the page']);
    expect(told).toEqual([
      'Restored the backup of 2026-11-30 00:00 UTC. 3 runs made since then are not in it. The database that was there is kept in /home/replaced/1.',
    ]);
  });

  it('is refused while a run trains, and while another program has the home', async () => {
    const training = await openDesktop({ running: ['4k2h'] });
    await expect(training.restore()).rejects.toThrow('Run 4k2h trains: pause or stop it, then try again.');
    const client = await openDesktop({ owner: false });
    await expect(client.restore()).rejects.toThrow(/`lab` has this home open/);
    expect([...training.did, ...client.did]).toEqual(['opened', 'opened']);
  });

  it('opens the home again where the backup could not be placed, and says why', async () => {
    const place = async () => {
      throw new AppError('no-space', 'The disk is full.');
    };
    const { did, told, restore } = await openDesktop({ place });
    await restore();
    expect(did.slice(-2)).toEqual(['opened', 'loaded the page']);
    expect(told).toEqual(['The disk is full.']);
  });
});
