import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A folder that content is to come to: which file system takes it, and what of the content lies there. Sizes are bytes. */
export interface FolderSpace {
  /** Tells file systems apart on one machine. */
  readonly device: string;
  /** Where the file system is mounted. */
  readonly mount: string;
  readonly free: number;
  /** What files take on the disk, by their names. */
  readonly taken: Readonly<Record<string, number>>;
}

// A folder that is not there yet will lie where its nearest parent does. stat counts blocks of 512 bytes.
const READ = `for folder; do
  dir=$folder
  while [ ! -d "$dir" ]; do dir=\${dir%/*}; dir=\${dir:-/}; done
  echo "folder $(stat -L -c %d "$dir") $(df -Pk "$dir" | awk 'NR == 2 { print $4, $6 }') $folder"
  find "$folder" -maxdepth 1 -type f -exec stat -c 'file %b %n' {} + 2>/dev/null
done
echo end`;

/** How much room there is in these folders, by their paths. */
export const diskSpace = (
  ...folders: readonly string[]
): Fact<Readonly<Record<string, FolderSpace>> | 'absent'> => ({
  name: 'disk-space',
  ask: asRoot(script(READ, ...folders)),
  parse: (output) => {
    if (!/(^|\n)end\n?$/.test(output)) return 'absent';
    const taken = [...output.matchAll(/^file (\d{1,15}) (\/.*)\/([^/]+)$/gm)];
    return Object.fromEntries(
      [...output.matchAll(/^folder (\d+) (\d{1,15}) (\/\S*) (\/\S+)$/gm)].map(
        ([, device = '', kib, mount = '', folder = '']) => [
          folder,
          {
            device,
            mount,
            free: Number(kib) * 1024,
            taken: Object.fromEntries(
              taken.flatMap(([, blocks, of, name = '']) =>
                of === folder ? [[name, Number(blocks) * 512]] : [],
              ),
            ),
          },
        ],
      ),
    );
  },
});
