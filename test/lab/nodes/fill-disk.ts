import { execOn, scriptOn } from '../exec-on.ts';

const fileIn = (folder: string) => `${folder}/.lab-fill`;

/** Leaves no byte on the file system of a folder of a node. */
export const fillDisk = async (lab: string, node: string, folder: string): Promise<void> => {
  const fill = fileIn(folder);
  // fallocate takes nearly all at once, whatever it leaves over is written full.
  const most = `fallocate -l "$(df --output=avail -B1 ${folder} | tail -n 1)" ${fill}`;
  await execOn(lab, node, ['sh', '-c', `${most} || fallocate -l 99% ${fill}; cat /dev/zero >> ${fill}.rest`]);
};

/** Gives back what filled it. */
export const freeDisk = async (lab: string, node: string, folder: string): Promise<void> => {
  const fill = fileIn(folder);
  await scriptOn(lab, node, `rm -f ${fill} ${fill}.rest`);
};
