import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type ModelName, models } from './models.ts';

/** Pointer authentication and SVE make emulation several times slower, and no program of ours asks for them. */
const CPU = 'max,pauth=off,sve=off';
/** MiB: what k3s's agent and the page cache of its images need. A server needs no more. */
const MEMORY = 3072;

/** What every board of the lab is built of, as arguments of QEMU. */
export const hardware: readonly string[] = [
  ...['-cpu', CPU, '-smp', '2', '-m', `${MEMORY}`, '-accel', 'tcg,thread=multi', '-nodefaults'],
  ...['-no-user-config', '-display', 'none'],
];

/** The machine type; what else it is to do stands behind it. */
export const machine = (more = '') => ['-M', `virt,gic-version=2${more}`];

/** Writes into `folder` the device tree of QEMU's machine with the names of a model in it, and gives its path. */
export const deviceTree = async (folder: string, name: ModelName, serial: string): Promise<string> => {
  const file = join(folder, 'tree.dtb');
  const part = `${file}.part`;
  await execa('qemu-system-aarch64', [...machine(`,dumpdtb=${part}`), ...hardware]);
  const put = (property: string, ...values: readonly string[]) =>
    execa('fdtput', ['-t', 's', part, '/', property, ...values]);
  const { model, compatible } = models[name].tree;
  await put('model', model);
  // The kernel itself goes by the last one.
  await put('compatible', ...compatible, 'linux,dummy-virt');
  await put('serial-number', serial);
  await rename(part, file);
  return file;
};
