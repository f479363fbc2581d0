import { type Command, InvalidArgumentError, Option } from 'commander';
import { ARCHES } from '../support/arch.ts';
import { bundleCarryCommands } from './bundle-carry.ts';
import type {
  BundleCreateOptions,
  BundleReadOptions,
  BundleVerifyOptions,
  KeygenOptions,
} from './options.ts';
import { bundleFormOption, trustOption, unsignedOption } from './options.ts';

const arches = (text: string): readonly string[] => {
  const wanted = text.split(',');
  if (wanted.some((arch) => !ARCHES.some((known) => known === arch)))
    throw new InvalidArgumentError(`wanted ${ARCHES.join(', ')} or both with a comma between.`);
  return wanted;
};

const archOption = (says: string) => new Option('--arch <list>', says).argParser(arches);

/** `edgectl bundle create|verify|show|keygen`, and what carries bundles about */
export const bundleCommand = (program: Command): void => {
  const bundle = program
    .command('bundle')
    .description(
      'make, check and look at bundles: everything a site needs, signed, for where there is no network',
    );
  bundle
    .command('create')
    .description(
      'fetch what a file of pins names, verify it, and write a bundle; the same pins give the same bytes',
    )
    .option('-f, --pins <path>', 'the file of pins', 'images/bundle.yaml')
    .requiredOption('-o, --out <path>', 'the bundle to write: a folder, or one file with --file')
    .option('--file', 'write one tar file')
    .addOption(archOption('the architectures to bring, as amd64,arm64 (default: all that the source has)'))
    .option(
      '--base <bundle>',
      'write a delta: only what this older bundle does not have, to be applied to it with `edgectl bundle apply`',
    )
    .option('-k, --key <path>', 'sign with this private key, which `edgectl bundle keygen` made')
    .addOption(bundleFormOption())
    .addHelpText(
      'after',
      '\nExample:\n  edgectl bundle create -f images/bundle.yaml -o jetson-2026.11.bundle --key release.key\n  edgectl bundle create -f images/bundle.yaml -o jetson-2026.12.delta --key release.key --base jetson-2026.11.bundle',
    )
    .action(async (options: BundleCreateOptions) => {
      const { bundleCreateVerb } = await import('./bundle-verb.ts');
      await bundleCreateVerb(options);
    });
  bundle
    .command('verify <bundle>')
    .description('check the signature, every digest, and that nothing is missing for an architecture')
    .option('-f, --file <path>', 'trust the keys of this cluster file')
    .addOption(trustOption())
    .addOption(unsignedOption())
    .addOption(archOption('the architectures that it must be complete for (default: those in it)'))
    .option(
      '--deep',
      'unpack every layer and package too, and hold images against their manifests and configurations, packages against bundle.json',
    )
    .addOption(bundleFormOption())
    .addHelpText('after', '\nExample:\n  edgectl bundle verify jetson-2026.11.bundle -f cluster.yaml')
    .action(async (path: string, options: BundleVerifyOptions) => {
      const { bundleVerifyVerb } = await import('./bundle-verb.ts');
      await bundleVerifyVerb(path, options);
    });
  bundle
    .command('show <bundle>')
    .description('show what a bundle holds, with sizes; checks nothing')
    .addOption(bundleFormOption())
    .addHelpText('after', '\nExample:\n  edgectl bundle show jetson-2026.11.bundle')
    .action(async (path: string, options: BundleReadOptions) => {
      const { bundleShowVerb } = await import('./bundle-verb.ts');
      await bundleShowVerb(path, options);
    });
  bundleCarryCommands(bundle);
  bundle
    .command('keygen')
    .description('make a key that signs bundles, and print the line that trusts it')
    .requiredOption('-o, --out <path>', 'the file for the private key; it is written with mode 0600')
    .option('--id <name>', 'what the trust list calls it', 'release')
    .option('--passphrase', 'encrypt it; EDGECTL_BUNDLE_PASSPHRASE or a prompt says with what')
    .addOption(bundleFormOption().choices(['text', 'json']))
    .addHelpText('after', '\nExample:\n  edgectl bundle keygen -o release.key --passphrase')
    .action(async (options: KeygenOptions) => {
      const { keygenVerb } = await import('./bundle-keygen-verb.ts');
      await keygenVerb(options);
    });
};
