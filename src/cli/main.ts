import { CommanderError } from 'commander';
import { program } from './commands.ts';

try {
  await program().parseAsync();
} catch (error) {
  // Commander has printed its own text: help and version are no errors, anything else is a wrong flag.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const { fail } = await import('./fail.ts');
    process.exitCode = fail(error);
  }
}
