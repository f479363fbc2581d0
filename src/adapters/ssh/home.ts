/** A path in which a leading `~` is the home folder, as OpenSSH reads it. */
export const atHome = (path: string, home: string): string => path.replace(/^~(?=\/|$)/, home);
