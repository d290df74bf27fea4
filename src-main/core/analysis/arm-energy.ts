import { testFamily } from './arm-tests.ts';
import type { ArmEnergy } from './compared-arm.ts';
import { energySaved, type RunEnergy } from './energy.ts';
import type { PairedArm } from './paired-runs.ts';
import { LEVEL, pairBySeed } from './paired-runs.ts';
import { mean, pairedInterval } from './statistics.ts';

/** The energy of every arm whose finished runs were all measured, by its name. */
export function armEnergies(arms: readonly PairedArm[]): ReadonlyMap<string, ArmEnergy> {
  const baseline = arms.find(({ record }) => record.role === 'baseline');
  const measured = arms.flatMap((arm) => {
    const energies = alike(arm.runs.map(({ energy }) => energy));
    if (energies === null) return [];
    const saved = pairBySeed(arm.runs, baseline?.runs ?? [], (run, partner) => energySaved(run.energy, partner.energy));
    return [{ arm, energies, saved }];
  });
  // The rounding of counters is far below what runs differ by.
  const differences = measured.map(({ saved }) => ({ values: saved, rounding: 0 }));
  const policies = measured.flatMap(({ arm }, index) => (arm.record.role === 'policy' ? [index] : []));
  const tests = testFamily(
    policies.map((index) => differences[index]),
    { alternative: 'two-sided' },
  );
  return new Map(
    measured.map(({ arm, energies, saved }, index) => [
      arm.record.name,
      {
        joules: mean(energies.map(({ joules }) => joules)) ?? 0,
        of: [...energies[0].of],
        saved: mean(saved),
        ci: arm === baseline ? null : pairedInterval(saved, LEVEL, 0),
        test: tests[policies.indexOf(index)] ?? null,
      },
    ]),
  );
}

/** The energies where all of them are there, and are those of the same things; else null. */
function alike(energies: readonly (RunEnergy | null)[]): readonly RunEnergy[] | null {
  const known = energies.filter((energy) => energy !== null);
  const isWhole = known.length > 0 && known.length === energies.length;
  return isWhole && known.every(({ of }) => of.join() === known[0].of.join()) ? known : null;
}
