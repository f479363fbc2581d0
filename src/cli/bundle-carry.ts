import type { Command } from 'commander';
import { byteCount } from './byte-count.ts';
import {
  type BundleApplyOptions,
  type BundleReadOptions,
  type BundleSplitOptions,
  bundleFormOption,
  type ChangeOptions,
  changesHosts,
  downgradeOption,
  rateOption,
  trustOption,
  unsignedOption,
} from './options.ts';

/** `edgectl bundle push|apply|diff|split|copy` */
export const bundleCarryCommands = (bundle: Command): void => {
  changesHosts(
    bundle
      .command('push [bundle]')
      .description(
        'bring the files, models and images of a bundle to the boards of a cluster (default: the bundle that its file names)',
      )
      .addOption(unsignedOption())
      .addOption(downgradeOption())
      .addOption(rateOption()),
  )
    .addHelpText(
      'after',
      '\nFiles and models go to /var/lib/edgectl/content on every board, images into its containerd. What an earlier bundle\nbrought goes when nothing uses it any more.\n\nExample:\n  edgectl bundle push models-2026.12.bundle -f cluster.yaml',
    )
    .action(async (path: string | undefined, options: ChangeOptions) => {
      const { bundlePushVerb } = await import('./bundle-push-verb.ts');
      await bundlePushVerb(path, options);
    });
  bundle
    .command('apply <delta>')
    .description('make the whole bundle out of a delta and the older bundle that it was made for')
    .requiredOption('--base <bundle>', 'the older bundle')
    .requiredOption('-o, --out <path>', 'the bundle to write: a folder, or one file with --file')
    .option('--file', 'write one tar file')
    .option('-f, --cluster <path>', 'trust the keys of this cluster file')
    .addOption(trustOption())
    .addOption(unsignedOption())
    .addOption(bundleFormOption())
    .addHelpText(
      'after',
      '\nThe result is byte for byte what `bundle create` without --base makes, and its signature holds.\n\nExample:\n  edgectl bundle apply jetson-2026.12.delta --base jetson-2026.11.bundle -o jetson-2026.12.bundle -f cluster.yaml',
    )
    .action(async (path: string, options: BundleApplyOptions) => {
      const { bundleApplyVerb } = await import('./bundle-apply-verb.ts');
      await bundleApplyVerb(path, options);
    });
  bundle
    .command('diff <before> <after>')
    .description('show what was added to a bundle, removed from it and changed in it; checks nothing')
    .addOption(bundleFormOption())
    .addHelpText('after', '\nExample:\n  edgectl bundle diff jetson-2026.10.bundle jetson-2026.11.bundle')
    .action(async (before: string, after: string, options: BundleReadOptions) => {
      const { bundleDiffVerb } = await import('./bundle-verb.ts');
      await bundleDiffVerb(before, after, options);
    });
  bundle
    .command('split <bundle>')
    .description('write a bundle as parts PREFIX.000, PREFIX.001, … that are joined when they are read')
    .option('--size <bytes>', 'how big a part may be; 4G fits on FAT32', byteCount, 4e9)
    .requiredOption('-o, --out <prefix>', 'what stands before .000')
    .addOption(bundleFormOption())
    .addHelpText(
      'after',
      '\nPREFIX.parts.json lists the parts: carry it with them. Every verb takes it, a part or PREFIX for the bundle.\n\nExample:\n  edgectl bundle split jetson-2026.11.bundle --size 4G -o /media/usb/jetson-2026.11',
    )
    .action(async (path: string, options: BundleSplitOptions) => {
      const { bundleSplitVerb } = await import('./bundle-carry-verb.ts');
      await bundleSplitVerb(path, options);
    });
  bundle
    .command('copy <from> <to>')
    .description(
      'copy a bundle of whatever form into a folder, blob by blob, verified; run again, it goes on where it was',
    )
    .addOption(bundleFormOption())
    .addHelpText('after', '\nExample:\n  edgectl bundle copy /media/usb/jetson-2026.11 jetson-2026.11.bundle')
    .action(async (from: string, to: string, options: BundleReadOptions) => {
      const { bundleCopyVerb } = await import('./bundle-carry-verb.ts');
      await bundleCopyVerb(from, to, options);
    });
};
