import * as z from 'zod';

/** A SHA-256 digest as bundles and OCI write it: `sha256:` and 64 hex digits. */
export const DigestText = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]);
