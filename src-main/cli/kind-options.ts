import type { Command } from 'commander';
import { Option } from 'commander';
import type { Kind, KindField } from '#core/kind.ts';
import { kindDefaults, sharedFields } from '#core/kind.ts';
import { numberFrom, numbersFrom } from './option-values.ts';

/** Gives a command one option for each field of the kinds: `--depth <layers>`, or `--no-skip` for what is on by default. */
export function withKindOptions(command: Command, kinds: readonly Kind[]): Command {
  for (const field of sharedFields(kinds)) command.addOption(optionOf(field, kinds));
  return command;
}

function optionOf({ key, label, type, placeholder = type }: KindField, kinds: readonly Kind[]): Option {
  const owners = kinds.flatMap((kind) => {
    const field = kind.fields.find((own) => own.key === key);
    return field === undefined ? [] : [{ kind, field }];
  });
  const description = `${label.toLowerCase()}: ${ownersText(owners)}`;
  if (type === 'flag') return new Option(flagOf(key, owners), description);
  const option = new Option(`--${dashed(key)} <${placeholder}>`, description);
  if (type === 'number') return option.argParser(numberFrom);
  if (type === 'numbers') return option.argParser(numbersFrom);
  if (type === 'text') return option;
  return option.choices([...new Set(owners.flatMap(({ field }) => field.choices ?? []))]);
}

interface Owner {
  readonly kind: Kind;
  readonly field: KindField;
}

/** What the field says for each kind, as in "two or more (ladder); at most three (stool)". */
function ownersText(owners: readonly Owner[]): string {
  const texts = new Set(owners.map(ownerText));
  const said = [...texts].map((text) => {
    const kinds = owners.filter((owner) => ownerText(owner) === text).map(({ kind }) => kind.kind);
    return `${text} (${kinds.join(', ')})`;
  });
  return said.join('; ');
}

function ownerText({ field: { help, hint } }: Owner): string {
  return help ?? hint;
}

function flagOf(key: string, [owner]: readonly Owner[]): string {
  return isOnByDefault(owner.kind, key) ? `--no-${dashed(key)}` : `--${dashed(key)}`;
}

function isOnByDefault(kind: Kind, key: string): boolean {
  return kindDefaults(kind)[key] === true;
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * The spec that the options describe. Options that were not given are left out: the schema fills in their defaults, and
 * refuses fields of another kind.
 */
export function kindSpec(kinds: readonly Kind[], kind: string, options: object): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(options));
  const said = sharedFields(kinds).flatMap((field) => {
    const value = given.get(field.key);
    return value === undefined || value === unsaidFlag(field, kinds) ? [] : [[field.key, value] as const];
  });
  return { kind, ...Object.fromEntries(said) };
}

/** The value of a flag's option that was not given; null for other fields. */
function unsaidFlag({ key, type }: KindField, kinds: readonly Kind[]): boolean | null {
  const owner = kinds.find(({ fields }) => fields.some((field) => field.key === key));
  return type === 'flag' && owner !== undefined ? isOnByDefault(owner, key) : null;
}

/** A kind with its defaults, as one types it in an example: "ladder --rungs 8". */
export function kindExample(kind: Kind): string {
  const defaults = kindDefaults(kind);
  const words = kind.fields.flatMap(({ key, type }) =>
    type === 'flag' || defaults[key] === undefined ? [] : [`--${dashed(key)}`, String(defaults[key])],
  );
  return [kind.kind, ...words].join(' ');
}
