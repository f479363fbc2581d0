import { execFileSync, spawnSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { completion } from '../../../src/cli/completion.ts';

const program = (): Command => {
  const all = new Command('edgectl').version('1.2.3').description("a control device's tool");
  all
    .command('init')
    .description("don't ask: begin")
    .addOption(new Option('-o, --output <form>', 'the form').choices(['text', 'json', 'ndjson']))
    .option('-f, --file <path>', 'the cluster file')
    .option('--plan <digest>', 'only this plan');
  const host = all.command('host').description('hosts');
  host.command('add <address>').description('add one').option('--name <name>', 'its name');
  host.command('remove <name>').description('remove one');
  all.command('completion').addArgument(all.createArgument('<shell>').choices(['bash', 'zsh', 'fish']));
  return all;
};

/** What real bash offers for the last word of a line. */
const offered = (...words: readonly string[]): readonly string[] => {
  const script = `${completion(program(), 'bash')}
COMP_WORDS=(edgectl "$@"); COMP_CWORD=$#
"$(complete -p edgectl | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-uc', script, 'bash', ...words], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  return output.split('\n').filter(Boolean);
};

describe('the bash script, in bash', () => {
  it('offers commands, subcommands and options', () => {
    expect(offered('')).toEqual(['init', 'host', 'completion', '-V', '--version', '-h', '--help']);
    expect(offered('i')).toEqual(['init']);
    expect(offered('host', '')).toEqual(['add', 'remove', '-h', '--help']);
    expect(offered('host', 'add', '--')).toEqual(['--name', '--help']);
    expect(offered('init', '--p')).toEqual(['--plan']);
  });

  it('offers the choices of options and arguments', () => {
    expect(offered('init', '--output', '')).toEqual(['text', 'json', 'ndjson']);
    expect(offered('init', '-f', 'x', '-o', 'nd')).toEqual(['ndjson']);
    expect(offered('completion', 'z')).toEqual(['zsh']);
  });

  it('offers files where a path is wanted, and nothing where the text is free', () => {
    expect(offered('init', '--file', 'completion.t')).toEqual(['completion.test.ts']);
    expect(offered('init', '--plan', '')).toEqual([]);
    expect(offered('host', 'add', '--name', '')).toEqual([]);
  });
});

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe.runIf(isThere('zsh'))('the zsh script, in zsh', () => {
  const asked = (...words: readonly string[]): readonly string[] => {
    const script = `
compdef() { : }
compadd() { print -l -- "\${@:2}" }
_files() { print files }
_describe() { print -l -- "\${(@P)2}" }
${completion(program(), 'zsh')}
words=(edgectl "$@"); CURRENT=$(( $# + 1 ))
_edgectl`;
    const output = execFileSync('zsh', ['-fc', script, 'zsh', ...words], { encoding: 'utf8' });
    return output.split('\n').filter(Boolean);
  };

  it('offers commands with what they mean, choices and files', () => {
    expect(asked('')).toEqual(["init:don't ask: begin", 'host:hosts', 'completion:']);
    expect(asked('host', '')).toEqual(['add:add one', 'remove:remove one']);
    expect(asked('host', 'add', '--')).toContain('--name:its name');
    expect(asked('init', '-o', '')).toEqual(['text', 'json', 'ndjson']);
    expect(asked('init', '-f', '')).toEqual(['files']);
  });
});

describe.runIf(isThere('fish'))('the fish script, in fish', () => {
  const asked = (line: string): readonly string[] => {
    const script = `${completion(program(), 'fish')}\ncomplete -C '${line}'`;
    return execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  };

  it('offers commands with what they mean, choices and options', () => {
    expect(asked('edgectl i')).toEqual(["init\tdon't ask: begin"]);
    expect(asked('edgectl host ')).toEqual(['add\tadd one', 'remove\tremove one']);
    expect(asked('edgectl init --output nd')).toEqual(['ndjson\tthe form']);
    expect(asked('edgectl host add --n')).toEqual(['--name\tits name']);
  });
});
