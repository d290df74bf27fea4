import { LONGEST_STUDY_NAME } from './study.ts';

/** What names of studies may be: how long, and what stands before the number of a name that is taken. */
const STUDY_NAMES: NameForm = { longest: LONGEST_STUDY_NAME, beforeNumber: ' ' };

export interface NameForm {
  readonly longest: number;
  readonly beforeNumber: string;
}

/** The name, or where a study has it the next one: "mini" after "mini" is "mini 2", after "mini 2" it is "mini 3". */
export function nextName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const unnumbered = /^(.+) \d+$/.exec(name)?.[1];
  return freeName(unnumbered !== undefined && taken.has(unnumbered) ? unnumbered : name, taken);
}

/** The name, cut to what a name may be long, and numbered where others have it already. */
export function freeName(name: string, taken: ReadonlySet<string>, form: NameForm = STUDY_NAMES): string {
  const whole = name.slice(0, form.longest);
  for (let number = 2; ; number++) {
    const ending = number === 2 ? '' : `${form.beforeNumber}${number - 1}`;
    const candidate = whole.slice(0, form.longest - ending.length) + ending;
    if (!taken.has(candidate)) return candidate;
  }
}
