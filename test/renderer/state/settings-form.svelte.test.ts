import { describe, expect, it } from 'vitest';
import type { Settings } from '#core/settings.ts';
import { settingsSchema } from '#core/settings.ts';
import type { AppState } from '../../../src-renderer/state/app-state.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';
import { SettingsForm } from '../../../src-renderer/state/settings-form.svelte.ts';

function openForm(refused = false) {
  const updates: Partial<Settings>[] = [];
  const preferences = {
    settings: settingsSchema.parse({ threads: 4 }),
    update: async (change: Partial<Settings>) => {
      if (refused) throw new Error('The disk is full.');
      updates.push(change);
      preferences.settings = { ...preferences.settings, ...change };
    },
  };
  const notices = new Notices();
  const form = new SettingsForm({ preferences, notices } as unknown as AppState);
  return { form, notices, updates };
}

describe('settings that are being changed', () => {
  it('save the threads once they are typed, null for an empty field', async () => {
    const { form, updates } = openForm();
    expect(form.threads).toBe(4);
    form.threads = 1;
    form.threads = 16;
    expect(updates).toEqual([]);
    await form.saveThreads();
    expect(form.saved).toBe('Saved: new runs take 16 threads.');
    form.threads = null;
    await form.saveThreads();
    await form.saveThreads();
    expect(updates).toEqual([{ threads: 16 }, { threads: null }]);
  });

  it('keep what is typed while it is refused', async () => {
    const { form, updates } = openForm();
    for (const typed of ['many', 0, 1.5, 2000]) {
      form.threads = typed;
      await form.saveThreads();
      expect([form.threads, form.threadsError]).toEqual([typed, expect.stringContaining('Type a whole number')]);
    }
    expect(updates).toEqual([]);
  });

  it('show what is being saved at once, and take it back where it is refused', async () => {
    for (const [refused, after] of [
      [false, 'dark'],
      [true, 'system'],
    ] as const) {
      const { form } = openForm(refused);
      const saving = form.save({ theme: 'dark' }, 'the theme is dark.');
      expect(form.settings.theme).toBe('dark');
      await saving;
      expect(form.settings).toMatchObject({ theme: after, threads: 4 });
    }
  });

  it('say nothing of having saved what could not be', async () => {
    const { form, notices } = openForm(true);
    await form.save({ theme: 'dark' }, 'the theme is dark.');
    expect(form.saved).toBe('');
    expect(notices.all).toMatchObject([{ kind: 'failed', text: 'The disk is full.' }]);
  });
});
