import { badRequest, messageOf } from '#core/errors.ts';
import { type Context, contextOf, type DefineCommand } from '../context.ts';
import { examples } from '../examples.ts';
import { Unserved } from '../exit.ts';

export const dialStdioCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--existing', 'make no home where there is none')
    .action(({ existing = false }: { readonly existing?: boolean }) =>
      dial(contextOf(surroundings, command), existing),
    );
  examples(command, ['dial-stdio --home /data/lab']);
};

async function dial({ tools, home, elsewhere }: Context, mustExist: boolean): Promise<void> {
  if (elsewhere !== null) throw badRequest('dial-stdio joins with a home of its own machine.');
  try {
    await tools.dialOwner(home, mustExist);
  } catch (error) {
    throw new Unserved(messageOf(error), { cause: error });
  }
}
