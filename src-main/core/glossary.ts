/** A word of the field, explained where it stands in the app and in its help. */
export interface GlossaryEntry {
  readonly term: string;
  /** One or two sentences for someone who meets the word for the first time. */
  readonly text: string;
}

/** The words that need saying, by the key under which the page refers to them. */
export const GLOSSARY = {
  t0: {
    term: 't0',
    text: 'When the first layer freezes, as a share of training, before the shape applies: with cubic, a t0 of 0.8 freezes it at 0.8³, half-way. A lower t0 saves more and may cost more accuracy.',
  },
  scaled: {
    term: 'scaled',
    text: 'Each layer begins with a higher learning rate the earlier it freezes, so that every layer trains with the same sum of rates. Unscaled, all layers begin with the same rate.',
  },
  shape: {
    term: 'linear, cubic',
    text: 'How the freeze times of the layers grow with depth: evenly (linear), or late for the last layers alone (cubic), which freezes earlier and saves more at the same t0.',
  },
  margin: {
    term: 'margin',
    text: 'The points of test error that freezing may cost and still count as not worse. It has to be chosen before the runs: chosen after them, it could be chosen by them.',
  },
  front: {
    term: 'front',
    text: 'An arm is on the front where no other arm (of its network and data set) is as good in both time and error and better in one of them. Each arm off the front is beaten by one on it.',
  },
  equalTime: {
    term: 'equal time',
    text: 'A plain baseline that trains only as long as the policy takes. Freezing has to beat this control: whoever wants to save time may simply train less.',
  },
  freeze: {
    term: 'freeze',
    text: 'A frozen layer leaves the backward pass: its weights stay as they are, which saves its share of every later step.',
  },
  arm: {
    term: 'arm',
    text: 'One of the ways of training that a study compares: the baseline, a freezing policy, or an equal-time baseline. Every arm trains with every seed.',
  },
  paired: {
    term: 'paired seeds',
    text: 'Seed s of an arm is compared with seed s of the baseline, which begins with the same weights and sees the same batches. So chance that both share falls out.',
  },
  profile: {
    term: 'profile',
    text: 'Step times measured at every freeze depth before the first step: what freezing saves on this machine, whatever else runs on it.',
  },
} as const satisfies Readonly<Record<string, GlossaryEntry>>;

export type GlossaryKey = keyof typeof GLOSSARY;
