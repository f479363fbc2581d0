import { BaseAgent, createAgent, type ParsedKey, type SigningRequestOptions } from 'ssh2';

type Done<T> = (error?: Error | null, value?: T) => void;

/** An agent that offers only some of its keys, for IdentitiesOnly: a server gives up after a few wrong ones. */
class AgentWithOnly extends BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #blobs: readonly Buffer[];

  constructor(agent: BaseAgent, blobs: readonly Buffer[]) {
    super();
    this.#agent = agent;
    this.#blobs = blobs;
  }

  override getIdentities(done: Done<ParsedKey[]>): void {
    this.#agent.getIdentities((error, keys) => {
      const known = (keys ?? []) as ParsedKey[];
      done(
        error,
        known.filter((key) => this.#blobs.some((blob) => blob.equals(key.getPublicSSH()))),
      );
    });
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | Done<Buffer>,
    done?: Done<Buffer>,
  ) {
    const finish = typeof options === 'function' ? options : (done ?? (() => {}));
    this.#agent.sign(key, data, typeof options === 'function' ? {} : options, finish);
  }
}

/** The SSH agent at a socket; with `only`, restricted to these public keys. */
export const agentAt = (socket: string, only?: readonly Buffer[]): BaseAgent =>
  only ? new AgentWithOnly(createAgent(socket), only) : createAgent(socket);
