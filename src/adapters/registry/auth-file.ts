import * as z from 'zod';

/** Who logs in to a registry: a user and password, or an identity token (OAuth2) in their place. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

const Entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

const File = z.looseObject({
  auths: z.record(z.string(), Entry).default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
  credsStore: z.string().optional(),
});

/** An auth.json of containers (containers-auth.json(5)) or a config.json of Docker. */
export type AuthFile = Readonly<z.infer<typeof File>>;

/** Reads such a file; undefined when it is none. */
export const readAuthFile = (text: string): AuthFile | undefined => {
  try {
    return File.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** What Docker calls its Hub in such a file. */
export const HUB_KEY = 'https://index.docker.io/v1/';

const hostOf = (key: string): string => {
  const [host = ''] = key.replace(/^https?:\/\//, '').split('/');
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
};

const loginOf = ({ auth, username, password, identitytoken }: z.infer<typeof Entry>): Login | undefined => {
  const decoded = auth ? Buffer.from(auth, 'base64').toString().replace(/\0+$/, '') : '';
  const colon = decoded.indexOf(':');
  const user = colon > 0 ? decoded.slice(0, colon) : username;
  const word = colon > 0 ? decoded.slice(colon + 1) : password;
  const token = identitytoken ? { identityToken: identitytoken } : {};
  if (user === undefined || word === undefined)
    return identitytoken ? { username: '', password: '', ...token } : undefined;
  return { username: user, password: word, ...token };
};

/** The login of a repository: that of the longest matching path first, as podman does it; then that of the host, however it is written. */
export const loginIn = (
  { auths }: AuthFile,
  { registry, repository }: { readonly registry: string; readonly repository: string },
): Login | undefined => {
  const parts = [registry, ...repository.split('/')];
  const keys = [
    ...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')),
    ...Object.keys(auths).filter((key) => hostOf(key) === registry && /^https?:\/\/|docker\.io/.test(key)),
  ];
  for (const key of keys) {
    const entry = Object.hasOwn(auths, key) ? auths[key] : undefined;
    const login = entry && loginOf(entry);
    if (login) return login;
  }
  return undefined;
};

/** The program that keeps the login of a registry, without `docker-credential-` in front; undefined when none does. */
export const helperFor = ({ credHelpers, credsStore }: AuthFile, registry: string): string | undefined => {
  const name = Object.hasOwn(credHelpers, registry) ? credHelpers[registry] : credsStore;
  return name && /^[A-Za-z0-9][\w.-]*$/.test(name) ? name : undefined;
};
