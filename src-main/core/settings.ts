import { z } from 'zod';

const choices = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Of new specs in the app. */
  device: z.enum(['auto', 'cpu', 'gpu']),
  /** Threads within an operation of TensorFlow; null for one a core. Sums may depend on their number. */
  threads: z.int().min(1).max(1024).nullable(),
  /** A notification when a run or a study ends or fails. */
  notifications: z.boolean(),
  /** What closing the window does while something trains. */
  onClose: z.enum(['ask', 'background', 'pause']),
};

/** What the user has chosen for this home; the app and the terminal keep to it alike. */
export const settingsSchema = z.strictObject({
  theme: choices.theme.default('system'),
  device: choices.device.default('auto'),
  threads: choices.threads.default(null),
  notifications: choices.notifications.default(true),
  onClose: choices.onClose.default('ask'),
});

/** Without the defaults, which a partial `settingsSchema` would write over what was chosen. */
export const settingsChangeSchema = z.strictObject(choices).partial();

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
