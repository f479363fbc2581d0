import { caseNames, readCase } from '../cases.ts';
import { facts } from '../facts.ts';
import { page, table } from './pages.ts';

const SOURCES = ['recorded', 'published', 'constructed'] as const;
type Source = (typeof SOURCES)[number];

/** The cases of one board: how many answers come from where, and what `check` says of it. */
interface Board {
  readonly name: string;
  readonly about: string;
  readonly sources: readonly { readonly fact: string; readonly source: Source; readonly address?: string }[];
  readonly fails: readonly string[];
}

const sourceOf = (fact: string, board: string): Board['sources'][number] => {
  const { source } = readCase<{ readonly source: string }>(`facts/${fact}`, board);
  const [kind = '', address] = source.split(': ');
  const known = SOURCES.find((one) => one === kind);
  if (!known) throw new Error(`facts/${fact}/${board}.json has no source`);
  return { fact, source: known, ...(address === undefined ? {} : { address }) };
};

/** Every board that has cases, counted from the fixtures. */
export const boardCases = (): readonly Board[] =>
  caseNames('boards').map((name) => ({
    name,
    ...readCase<Pick<Board, 'about' | 'fails'>>('boards', name),
    sources: facts
      .map((fact) => fact.name)
      .filter((fact) => caseNames(`facts/${fact}`).includes(name))
      .map((fact) => sourceOf(fact, name)),
  }));

/** What of GPUs was run on which machine, in words. */
const GPUS = [
  "What was run: on a node of the lab with the release line of L4T R36.4.3, NVIDIA's container toolkit 1.17.8 and device plugin v0.17.4, built from their sources, were installed by apt, found by k3s, and gave five pods that asked for a share of the GPU a device of L4T's list. The packages had NVIDIA's names and not its files, the device was `/dev/null` under another name, the processor was amd64, and k3s was the lab's stand-in. On another node, the device plugin and the toolkit shared two cards among six pods, which `nvidia-smi` and the device plugin found through NVML: there the library of NVML is the lab's own and knows two cards, which do nothing, the folders of `/sys` that tell of cards are made, and in the place of libnvidia-container a script brings that library into containers.",
  "**Nobody has yet run on silicon**: any of this on a Jetson of any L4T, or on a card in a PC; NVIDIA's own packages and the image of its registry; whether L4T lists all that a program needs, and a program that computes; time-slicing under load; the NVML of a driver, which finds cards; libnvidia-container, which brings a driver's files into containers; R32 with a toolkit that is not of its JetPack; and what a Thor with R38 or R39 needs beyond the others. Every case of an answer about a card is constructed.",
].join('\n\n');

/** Which boards edgectl has cases for, and where each answer comes from. */
export const boardsPage = (boards: readonly Board[]): string => {
  const published = boards.flatMap(({ name, sources }) =>
    sources.flatMap(({ fact, address }) => (address === undefined ? [] : [[name, `\`${fact}\``, address]])),
  );
  return page(
    'Boards',
    'What `edgectl check` makes of each kind of board is tested by cases: the answer that a board gives to each question, and what the checks say of all of them together. An answer is *recorded* (a node of the lab or an emulated board gave it), *published* (it stands on a public page) or *constructed* (written down from what is known of the board). Only recorded answers come from a machine that was asked: nothing that is constructed or published has been seen by edgectl on that board, and **nobody has yet run edgectl on the silicon of any of the boards below**. The container is a node of the lab, on the machine that runs the tests.',
    table(
      ['Board', 'What it is', 'Facts', ...SOURCES, 'Checks that fail'],
      boards.map(({ name, about, sources, fails }) => [
        `\`${name}\``,
        about,
        `${sources.length}`,
        ...SOURCES.map((kind) => `${sources.filter(({ source }) => source === kind).length}`),
        fails.length === 0 ? 'none' : fails.map((line) => `\`${line.split(':')[0]}\``).join(', '),
      ]),
    ),
    '## GPUs',
    GPUS,
    '## Published answers',
    table(['Board', 'Fact', 'Where'], published),
  );
};
