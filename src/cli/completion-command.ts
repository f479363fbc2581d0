import { Argument, type Command } from 'commander';

/** `edgectl completion bash|zsh|fish` */
export const completionCommand = (program: Command): void => {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  source <(edgectl completion bash)')
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('./completion.ts');
      process.stdout.write(completion(program, shell));
    });
};
