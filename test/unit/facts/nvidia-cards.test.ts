import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../src/engine/command.ts';
import { nvidiaCards } from '../../../src/facts/nvidia-cards.ts';

// The question as a host gets it, but for the folder that its /sys is: a machine with cards is made of files.
describe('cards', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cards-'));
    mkdirSync(join(root, 'sys/bus/pci/devices'), { recursive: true });
    mkdirSync(join(root, 'bin'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (path: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode });
  };
  const device = (slot: string, vendor: string, kind: string) => {
    write(`sys/bus/pci/devices/${slot}/vendor`, `${vendor}\n`);
    write(`sys/bus/pci/devices/${slot}/class`, `${kind}\n`);
  };
  const smi = (lines: readonly string[]) =>
    write(
      'bin/nvidia-smi',
      `#!/bin/sh\n[ "$*" = '--query-gpu=name --format=csv,noheader' ] || exit 9\n${lines.join('\n')}\n`,
      0o755,
    );
  const asked = () => {
    const [tool = '', ...words] = (nvidiaCards.ask as Command).parts as readonly string[];
    const here = words.map((word) => word.replaceAll('/sys/', `${root}/sys/`));
    const env = { PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
    return nvidiaCards.parse(execFileSync(tool, here, { encoding: 'utf8', env }));
  };

  it('are counted on the PCI buses, and called what NVML calls them', () => {
    device('0000:01:00.0', '0x10de', '0x030000');
    device('0000:01:00.1', '0x10de', '0x040300'); // the sound of the same card
    device('0000:02:00.0', '0x10de', '0x030200'); // one without a display
    device('0000:00:02.0', '0x8086', '0x030000'); // another maker's
    write('sys/module/nvidia/version', '550.90.07\n');
    smi(["echo 'NVIDIA L4'", "echo 'NVIDIA RTX A2000 12GB'"]);
    expect(asked()).toEqual({ found: 2, driver: '550.90.07', named: ['NVIDIA L4', 'NVIDIA RTX A2000 12GB'] });
  });

  it('without a driver of NVIDIA are found, and nvidia-smi is not asked', () => {
    device('0000:01:00.0', '0x10de', '0x030000');
    smi(['echo asked']);
    expect(asked()).toEqual({ found: 1, driver: '', named: [] });
  });

  it.each([
    ['fails', ["echo 'Failed to initialize NVML: Driver/library version mismatch'", 'exit 18']],
    ['is not there', undefined],
  ])('have no name where nvidia-smi %s', (_how, lines) => {
    device('0000:01:00.0', '0x10de', '0x030000');
    write('sys/module/nvidia/version', '550.90.07\n');
    if (lines) smi(lines);
    expect(asked()).toEqual({ found: 1, driver: '550.90.07', named: [] });
  });

  it('are none on a machine that has none', () => {
    expect(asked()).toEqual({ found: 0, driver: '', named: [] });
    device('0000:00:02.0', '0x1af4', '0x030000');
    expect(asked()).toEqual({ found: 0, driver: '', named: [] });
  });
});
