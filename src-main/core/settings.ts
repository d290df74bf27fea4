import { z } from 'zod';

const choices = {
  theme: z.enum(['system', 'light', 'dark']),
  /** The device of new specs in the app. */
  device: z.enum(['auto', 'cpu', 'gpu']),
  /** Threads within an operation of TensorFlow; null for one per core. Sums may depend on their number. */
  threads: z.int().min(1).max(1024).nullable(),
  /** Whether to notify when a run or a study ends or fails. */
  notifications: z.boolean(),
  /** What closing the window does while something trains. */
  onClose: z.enum(['ask', 'background', 'pause']),
};

/** The user's choices for this home, which both the app and the terminal follow. */
export const settingsSchema = z.strictObject({
  theme: choices.theme.default('system'),
  device: choices.device.default('auto'),
  threads: choices.threads.default(null),
  notifications: choices.notifications.default(true),
  onClose: choices.onClose.default('ask'),
});

/** A change of settings. It has no defaults: a partial `settingsSchema` would write them over earlier choices. */
export const settingsChangeSchema = z.strictObject(choices).partial();

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
