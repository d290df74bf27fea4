import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { desktopRouter } from './desktop-router.ts';
import { createPageGuard } from './page-guard.ts';
import { pageProcedure } from './page-procedure.ts';

interface CallOptions {
  readonly input: unknown;
  readonly signal?: AbortSignal;
}

interface Implementer {
  handler(handle: (options: CallOptions) => unknown): unknown;
}

type Call = (input: unknown, options: { readonly signal?: AbortSignal }) => Promise<unknown>;

/** What changes nothing, and can be asked twice. */
const READS: ReadonlySet<string> = new Set([
  ...['list', 'show', 'rows', 'valuesAt', 'curves', 'stepTimes', 'history', 'events', 'verify', 'verifying'].map(
    (verb) => `runs.${verb}`,
  ),
  ...['list', 'overview', 'show', 'export', 'compare'].map((verb) => `studies.${verb}`),
  ...['searches.list', 'searches.show'],
  ...['datasets.list', 'datasets.samples', 'datasets.verify', 'views.list', 'settings.read', 'drafts.read'],
  ...['events.follow', 'changes.follow', 'datasets.progress'],
]);

/** The page's contract: what the home's owner answers, at that moment this process or another, and what the desktop does. */
export function createPageRouter(ports: DesktopPorts) {
  return pageProcedure.router({ ...forwarded(ports), desktop: desktopRouter(ports) } as never);
}

function forwarded({ lab }: DesktopPorts): object {
  const guard = createPageGuard(() => lab.client());
  const answer = (noun: string, verb: string, { input, signal }: CallOptions) => {
    const options = signal === undefined ? {} : { signal };
    const ask = (client: LabClient) => callOf(client, noun, verb)(input, options);
    const name = `${noun}.${verb}`;
    return guard.check(name, input).then(() => lab.ask(ask, READS.has(name) ? 'read' : 'change'));
  };
  const nouns = Object.entries(contract).map(([noun, verbs]) => {
    const answers = Object.keys(verbs).map((verb) => {
      const implementer = (pageProcedure as unknown as Record<string, Record<string, Implementer>>)[noun]?.[
        verb
      ] as Implementer;
      return [verb, implementer.handler((options) => answer(noun, verb, options))];
    });
    return [noun, Object.fromEntries(answers)];
  });
  return Object.fromEntries(nouns);
}

function callOf(client: LabClient, noun: string, verb: string): Call {
  return (client as unknown as Record<string, Record<string, Call>>)[noun]?.[verb] as Call;
}
