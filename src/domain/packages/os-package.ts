import * as z from 'zod';

/** One package that an operating system has installed; licences in the words of whoever packed it. */
export const OsPackage = z.strictObject({
  kind: z.enum(['deb', 'apk']),
  name: z.string().min(1),
  version: z.string().min(1),
  arch: z.string(),
  licences: z.array(z.string()).readonly(),
});
export type OsPackage = Readonly<z.infer<typeof OsPackage>>;

/** Which operating system something is: `id` such as debian, its version and the codename of that, where it has them. */
export const OsRelease = z.strictObject({
  id: z.string(),
  version: z.string().optional(),
  codename: z.string().optional(),
});
export type OsRelease = Readonly<z.infer<typeof OsRelease>>;
