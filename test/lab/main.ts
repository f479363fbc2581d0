import { Command, InvalidArgumentError, Option } from 'commander';
import { execa } from 'execa';
import { fault, faultKinds } from './fault.ts';
import { LabProblem } from './lab-problem.ts';
import { say } from './progress.ts';
import { labDown, labNames } from './remove.ts';
import { sshCommand } from './ssh-command.ts';
import { labNode, labStatus } from './status.ts';
import { labUp } from './up.ts';

type Output = { readonly output: 'text' | 'json' };

const nameOption = () => new Option('--name <lab>', 'which lab').default('demo');
const outputOption = () =>
  new Option('--output <form>', 'form of the result').choices(['text', 'json']).default('text');

const count = (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a number of boards is wanted');
  return Number(text);
};

/** Prints the one result of a command. */
const print = (result: unknown, text: readonly string[], { output }: Output) =>
  process.stdout.write(`${output === 'json' ? JSON.stringify(result, undefined, 2) : text.join('\n')}\n`);

const up = async (options: Output & { name: string; nodes?: number; arm?: number; k3s: boolean }) => {
  const lab = await labUp({ name: options.name, boards: options.nodes, arm: options.arm, k3s: options.k3s });
  print(
    lab,
    [lab.file, ...lab.nodes.map((node) => `${node.name.padEnd(10)} ${node.user}@${node.address}`)],
    options,
  );
};

const down = async (options: { name: string; all?: true }) => {
  const names = options.all ? await labNames() : [options.name];
  for (const name of names) await labDown(name);
  say(names.length === 0 ? 'there was no lab' : `${names.join(', ')}: nothing of it is left`);
};

const status = async (options: Output & { name: string }) => {
  const lab = await labStatus(options.name);
  const rows = lab.nodes.map(({ name, address, running, model = '' }) =>
    `${name.padEnd(10)} ${address.padEnd(15)} ${(running ? 'running' : 'off').padEnd(8)} ${model}`.trimEnd(),
  );
  print(lab, rows, options);
};

const ssh = async (node: string, command: readonly string[], options: { name: string; user: string }) => {
  if (!(await labNode(options.name, node)).running)
    throw new LabProblem(`${node} has no power: "fault power-on --node ${node}" gives it`);
  const [program = 'ssh', ...parts] = await sshCommand(options.name, node, { user: options.user });
  const { exitCode } = await execa(program, [...parts, ...command], { stdio: 'inherit', reject: false });
  process.exitCode = exitCode ?? 255;
};

const program = new Command('lab').description(
  'A cabinet of real nodes in containers, for tests and for trying edgectl.',
);
program
  .command('up')
  .description('make the lab, or what is missing of it')
  .addOption(nameOption())
  .option('--nodes <boards>', 'boards beside the control node (default: 4)', count)
  .option('--arm <boards>', 'emulated ARM64 boards beside these (default: 0)', count)
  .option('--no-k3s', 'without a server that offers k3s')
  .addOption(outputOption())
  .action(up);
program
  .command('down')
  .description('remove the lab and everything it made')
  .addOption(nameOption())
  .option('--all', 'every lab of this checkout')
  .action(down);
program
  .command('status')
  .description('say which nodes run, and where')
  .addOption(nameOption())
  .addOption(outputOption())
  .action(status);
program
  .command('ssh <node> [command...]')
  .description('log in to a node, or run a command there')
  .addOption(nameOption())
  .option('--user <user>', 'ubuntu or engineer', 'ubuntu')
  .action(ssh);
program
  .command('fault <kind>')
  .description(`strike a node or heal it: ${faultKinds.join(', ')}`)
  .addOption(nameOption())
  .requiredOption('--node <node>', 'which node')
  .action((kind: string, options: { name: string; node: string }) => fault(options.name, options.node, kind));

try {
  await program.parseAsync();
} catch (problem) {
  if (!(problem instanceof LabProblem)) throw problem;
  say(problem.message);
  process.exitCode = 1;
}
